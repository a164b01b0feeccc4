"""Shards of a large prediction, and the record that one is finished.

A shard is a few dozen images. Its outputs are written one by one, each whole
or not at all and always under the same name; its record, `OUT/shards/ID.json`,
comes last. The ID is a hash of everything that the outputs depend on: models,
settings, and each image's name, size and time of change. So

* a run that was killed does only the shards again whose record is missing,
  and what they had written is replaced by the same;
* an image that was changed, or another model, makes another shard.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from collections.abc import Sequence
from pathlib import Path

from tf_advseg.base.files.atomic_file import write_text
from tf_advseg.prediction import InputFile
from tf_advseg.prediction import PredictionRun
from tf_advseg.prediction import output_path

FOLDER = "shards"
DEAD_LETTERS = "dead_letters.jsonl"


@dataclasses.dataclass(frozen=True)
class Shard:
    """Images that are finished together.

    Args:
        id: 32 hexadecimal digits.
        files: The images.
    """

    id: str
    files: tuple[InputFile, ...]


@dataclasses.dataclass(frozen=True)
class ShardResult:
    """What became of a shard.

    Args:
        id: The shard's.
        num_predicted: Images that were predicted.
        faults: The name of each image that cannot be read, and why.
    """

    id: str
    num_predicted: int
    faults: dict[str, str]

    def write(self, out: Path) -> None:
        """Writes the record; the shard counts as finished from now on."""
        text = json.dumps(dataclasses.asdict(self), indent=1)
        write_text(_record(out, self.id), text + "\n")


def make_shards(
    files: Sequence[InputFile], key: str, shard_size: int
) -> list[Shard]:
    """Cuts files into shards.

    Args:
        files: The images, in an order that is the same in the next run.
        key: Everything else that outputs depend on.
        shard_size: Images in a shard.
    """
    parts = (
        tuple(files[start : start + shard_size])
        for start in range(0, len(files), shard_size)
    )
    return [Shard(_id(part, key), part) for part in parts]


def finished_result(
    shard: Shard, out: Path, kinds: Sequence[str]
) -> ShardResult | None:
    """Returns the result of a shard that is finished, None of another.

    A record does not count if it cannot be read or an output is gone.
    """
    try:
        text = _record(out, shard.id).read_text(encoding="utf-8")
        result = ShardResult(**json.loads(text))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    predicted = [f.name for f in shard.files if f.name not in result.faults]
    outputs = (output_path(out, kind, n) for kind in kinds for n in predicted)
    whole = result.num_predicted == len(predicted)
    return result if whole and all(p.is_file() for p in outputs) else None


def merge_results(results: Iterable[ShardResult]) -> PredictionRun:
    """Returns all shards' results as one."""
    count, faults = 0, {}
    for result in results:
        count += result.num_predicted
        faults |= result.faults
    return PredictionRun(count, dict(sorted(faults.items())))


def write_dead_letters(
    out: Path, files: Sequence[InputFile], faults: dict[str, str]
) -> Path:
    """Writes the images that cannot be read, a JSON object a line."""
    lines = [
        json.dumps(
            {
                "name": file.name,
                "path": str(file.path),
                "reason": faults[file.name],
            },
            ensure_ascii=False,
        )
        for file in files
        if file.name in faults
    ]
    path = out / DEAD_LETTERS
    write_text(path, "".join(line + "\n" for line in lines))
    return path


def _record(out, shard_id):
    return out / FOLDER / f"{shard_id}.json"


def _id(files, key):
    """A hash of the key and of what tells one image file from another."""
    digest = hashlib.sha256(key.encode())
    for file in files:
        try:
            state = file.path.stat()
            facts = [file.name, state.st_size, state.st_mtime_ns]
        except OSError:  # It becomes a dead letter, and is tried again.
            facts = [file.name, "unreadable"]
        digest.update(json.dumps(facts).encode())
    return digest.hexdigest()[:32]
