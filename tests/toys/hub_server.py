"""A small stand-in for the Hugging Face hub, on this machine.

It knows what `tf_advseg push` asks: make a repository, list it, download, and
commit, of which files small and large come within the commit. Commits are
snapshots of all files; one whose parent is not the newest is refused, as the
hub does.
"""

import base64
import contextlib
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from urllib.parse import parse_qs
from urllib.parse import unquote
from urllib.parse import urlsplit

TOKEN = "hf_" + "a" * 34


class Hub:
    """Its repositories: of each the list of commits, all files by name."""

    def __init__(self):
        self.commits: dict[str, list[dict[str, bytes]]] = {}
        self.private: set[str] = set()
        self.cards: list[str] = []
        self.lock = threading.Lock()
        self.url = ""
        self.before_commit = lambda name: None
        self.spoil = lambda files: files

    def head(self, name):
        return f"{len(self.commits[name]):040x}"

    def files(self, name, revision="main"):
        commits = self.commits[name]
        if revision == "main":
            return commits[-1]
        return commits[int(revision, 16) - 1]


@contextlib.contextmanager
def running_hub() -> Iterator[Hub]:
    """Serves an empty hub until the block ends."""
    hub = Hub()

    class Handler(_Handler):
        state = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: Hub

    def log_message(self, *args):
        pass

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        path = unquote(urlsplit(self.path).path)
        if found := re.fullmatch(r"/api/models/(\w+/\w+)", path):
            name = found[1]
            if name not in self.state.commits:
                return self._error(404, "RepoNotFound")
            sha = self.state.head(name)
            return self._json({"id": name, "sha": sha, "siblings": []})
        if found := re.fullmatch(r"/api/models/(\w+/\w+)/tree/(\w+)", path):
            files = self.state.files(found[1], found[2])
            return self._json([_entry(n, d) for n, d in files.items()])
        if found := re.fullmatch(r"/(\w+/\w+)/resolve/(\w+)/(.+)", path):
            data = self.state.files(found[1], found[2])[found[3]]
            return self._answer(
                200,
                data,
                {"ETag": '"x"', "X-Repo-Commit": self.state.head(found[1])},
            )
        return self._error(404, "EntryNotFound")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self._error(401, "")
        path = unquote(urlsplit(self.path).path)
        if path == "/api/validate-yaml":  # Of the card's head.
            self.state.cards.append(json.loads(body)["content"])
            return self._json({"errors": [], "warnings": []})
        if path == "/api/repos/create":
            asked = json.loads(body)
            name = f"{asked.get('organization') or 'me'}/{asked['name']}"
            told = {"url": f"{self.state.url}/{name}"}
            if name in self.state.commits:
                return self._answer(409, json.dumps(told).encode(), {})
            self.state.commits[name] = [{".gitattributes": b"*"}]
            if "private" in (asked.get("visibility"), *asked):
                self.state.private.add(name)
            return self._json(told)
        found = re.fullmatch(
            r"/api/models/(\w+/\w+)/(preupload|commit|paths-info)/(\w+)", path
        )
        if not found:
            return self._error(404, "EntryNotFound")
        name, what, revision = found.groups()
        if what == "preupload":
            files = json.loads(body)["files"]
            modes = [
                {
                    "path": f["path"],
                    "uploadMode": "regular",
                    "shouldIgnore": False,
                }
                for f in files
            ]
            return self._json({"files": modes})
        if what == "paths-info":
            files = self.state.files(name, revision)
            wanted = parse_qs(body.decode())["paths"]
            return self._json(
                [_entry(n, files[n]) for n in wanted if n in files]
            )
        return self._commit(name, body)

    def _commit(self, name, body):
        self.state.before_commit(name)
        lines = [json.loads(line) for line in body.splitlines() if line]
        with self.state.lock:
            files = dict(self.state.commits[name][-1])
            for line in lines:
                value = line["value"]
                if line["key"] == "header":
                    parent = value.get("parentCommit")
                    if parent and parent != self.state.head(name):
                        return self._error(412, "")
                elif line["key"] == "file":
                    data = base64.b64decode(value["content"])
                    files[value["path"]] = self.state.spoil(data)
                elif line["key"] == "deletedFile":
                    del files[value["path"]]
            self.state.commits[name].append(files)
            oid = self.state.head(name)
        url = f"{self.state.url}/{name}/commit/{oid}"
        return self._json({"commitUrl": url, "commitOid": oid})

    def _json(self, value):
        self._answer(200, json.dumps(value).encode(), {})

    def _error(self, status, code):
        self._answer(status, b'{"error": "no"}', {"X-Error-Code": code})

    def _answer(self, status, data, headers):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


def _entry(name, data):
    return {"type": "file", "path": name, "size": len(data), "oid": "0" * 40}
