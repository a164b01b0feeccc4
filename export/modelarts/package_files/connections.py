"""The connections of the container's server: how many, and for how long.

A thread a connection, and no more of them than a limit. Whoever does not say
in time what is wanted, or sends nothing for long, is cut off.
"""

import contextlib
import http.server
import socket
import time

HEAD_SECONDS = 20
"""For the first line and the headers of a request."""
IDLE_SECONDS = 60
"""Between two requests."""
_SENTENCE = b'{"error": "Too many connections; try again."}'
TOO_MANY = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n"
    b"Content-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_SENTENCE), _SENTENCE)
)


class Server(http.server.ThreadingHTTPServer):
    """Waits at its end for the requests under way, not for idle lines.

    Args:
        address: Where it listens: (host, port).
        handler: Made for each connection.
        connections: How many there may be at once.
    """

    daemon_threads = False
    request_queue_size = 64

    def __init__(self, address, handler, connections):
        super().__init__(address, handler)
        self._connections = connections
        self._lines = set()
        self._ends = {}

    def process_request(self, request, client_address):
        if len(self._lines) >= self._connections:
            with contextlib.suppress(OSError):
                request.setblocking(False)
                request.send(TOO_MANY)
            self.shutdown_request(request)
            return
        self._lines.add(request)
        self.expect(request, HEAD_SECONDS)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self._lines.discard(request)
        self._ends.pop(request, None)
        super().shutdown_request(request)

    def expect(self, request, seconds):
        """Sets when a line is cut for reading; None: never."""
        if seconds is None:
            self._ends.pop(request, None)
        else:
            self._ends[request] = time.monotonic() + seconds

    def service_actions(self):
        """Cuts the lines that are late; the server calls it all the time."""
        now = time.monotonic()
        for line, end in list(self._ends.items()):
            if end < now:
                self._ends.pop(line, None)
                _stop_reading(line)

    def finish(self):
        """Takes no more requests; what was asked is still answered."""
        self.shutdown()
        for line in tuple(self._lines):
            _stop_reading(line)
        self.server_close()

    def handle_error(self, request, client_address):
        """A line that breaks is no event."""


def _stop_reading(line):
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RD)
