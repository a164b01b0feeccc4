"""Reads what an offline run of W&B left, with W&B's own messages.

Its file is LevelDB's log: blocks of 32 KiB, chunks of checksum (4 bytes),
length (2) and kind (1: whole, 2: first, 3: middle, 4: last) within them, after
seven bytes of its own. The package itself has no reader in Python any more.
"""

import json
import struct
from collections.abc import Iterator
from pathlib import Path

import wandb
from wandb.proto.wandb_internal_pb2 import Record

_OWN, _BLOCK = 7, 2**15
_CHUNK = struct.Struct("<IHB")
_WHOLE, _LAST = 1, 4


def forget() -> None:
    """Ends W&B's process, and what it read of the environment with it."""
    wandb.teardown()


def offline_runs(folder: Path) -> list[Path]:
    """The folders of offline runs, the oldest first, once all is written."""
    forget()  # Its process writes on after a run's end.
    return sorted(folder.glob("wandb/offline-run-*"))


def records(run: Path) -> Iterator[Record]:
    """The messages of one offline run."""
    (file,) = run.glob("run-*.wandb")
    data, place, message = file.read_bytes(), _OWN, b""
    while place + _CHUNK.size <= len(data):
        left = _BLOCK - place % _BLOCK
        if left < _CHUNK.size:
            place += left
            continue
        _, length, kind = _CHUNK.unpack_from(data, place)
        place += _CHUNK.size
        message += data[place : place + length]
        place += length
        if kind in (_WHOLE, _LAST):
            record = Record()
            record.ParseFromString(message)
            message = b""
            yield record


def config(run: Path) -> dict:
    """Settings and tags, the last value of each."""
    found = {}
    for record in records(run):
        for part in (record.config, record.run.config):
            for one in part.update:
                found[one.key] = json.loads(one.value_json)
    return found


def history(run: Path) -> list[dict]:
    """The logged rows."""
    return [
        {
            item.key or "/".join(item.nested_key): json.loads(item.value_json)
            for item in record.history.item
        }
        for record in records(run)
        if record.HasField("history")
    ]


def exit_code(run: Path) -> int:
    """How the run ended."""
    (code,) = (r.exit.exit_code for r in records(run) if r.HasField("exit"))
    return code
