"""What `tf_advseg suggest_labels` does, once its flags are settings."""

import json
import re
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from PIL import Image

from tf_advseg.base.files import claims
from tf_advseg.base.files.model_facts import check_facts
from tf_advseg.base.process.exit_status import SKIPPED_FILES
from tf_advseg.base.progress import Progress
from tf_advseg.base.progress import watched
from tf_advseg.datasets.domains.domain import ClassSet
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.datasets.files.evaluation_samples import EvaluationSamples
from tf_advseg.datasets.files.faults import FaultLog
from tf_advseg.datasets.streets.folder_writer import class_map_values
from tf_advseg.experiment.data.model_domain import classes_of
from tf_advseg.experiment.data.model_domain import make_model_domain
from tf_advseg.labelling import ranking
from tf_advseg.labelling.drafts.draft import Draft
from tf_advseg.labelling.drafts.formats import FORMATS
from tf_advseg.labelling.looking import look
from tf_advseg.labelling.looking import masks
from tf_advseg.labelling.ranking import Pool
from tf_advseg.networks.model_file import load_segmenter
from tf_advseg.runs.folder import read_settings
from tf_advseg.settings.suggest_labels import SuggestSettings
from tf_advseg.settings.suggest_labels import parse_drafts


def run(settings: SuggestSettings, write: Callable[[str], None] = print) -> int:
    """Ranks, and writes images with drafts; returns the exit status.

    Raises:
        ValueError: If `out` is there already: it may hold corrected masks.
    """
    out = Path(settings.out)
    if out.exists():
        raise ValueError(
            f"{settings.out!r} is there already, and may hold masks that "
            "somebody has corrected; give another --out."
        )
    segmenter, facts = load_segmenter(settings.run)
    check_facts(repr(settings.run), facts, wanted=("classes", "palette"))
    domain, size = _domain(settings, facts), facts.get("image_size")
    keys, faults = domain.keys(settings.split), FaultLog()
    write(f"{domain.name}, split {settings.split}: {len(keys):,} images")
    write(domain.taken(settings.split))
    pool = look(
        segmenter,
        watched(_samples(domain, keys, size, faults), Progress(len(keys))),
        settings.batch_size,
    )
    order = ranking.suggest(pool, settings.count, settings.rank_by)
    chosen = [pool.keys[position] for position in order]
    names = [f"{i:03d}_{_plain(key)}.png" for i, key in enumerate(chosen, 1)]
    drafts = [
        Draft(name, classes)
        for name, (_, classes) in zip(
            names,
            masks(segmenter, _samples(domain, chosen, size, None)),
            strict=True,
        )
    ]
    rows = _rows(pool, order, names)
    out.parent.mkdir(parents=True, exist_ok=True)
    with claims.work_folder(out.parent) as work:
        folder = work / "whole"
        folder.mkdir()
        _write_images(folder, domain, chosen, names)
        _write_drafts(folder, drafts, classes_of(facts), settings.drafts)
        record = {
            "format": 1,
            "run": settings.run,
            "target": domain.name,
            "split": settings.split,
            "rank_by": settings.rank_by,
            "images": rows,
        }
        text = json.dumps(record, indent=1)
        (folder / "suggestions.json").write_text(text + "\n", encoding="utf-8")
        folder.rename(out)
    for row in rows:
        scores = [f"{n} {row[n]:.3f}" for n in ranking.SCORED]
        write(f"{row['file']}  {'  '.join(scores)}  {row['key']}")
    write(f"Written: {len(chosen)} images with drafts into {out}.")
    for reason in faults.faults.values():
        write(f"Skipped: {reason}")
    return SKIPPED_FILES if faults.faults else 0


def _domain(settings: SuggestSettings, facts: Mapping[str, Any]) -> Domain:
    target, class_map = settings.target, settings.target_classes
    if not target:
        if not Path(settings.run).is_dir():
            raise ValueError(
                f"{settings.run!r} is no folder of a run, which would say "
                "what its target is; give --target."
            )
        own = read_settings(settings.run)
        target = own.target
        class_map = class_map or own.target_classes
    return make_model_domain(target, class_map, [facts])


def _samples(
    domain: Domain,
    keys: Sequence[str],
    size: Sequence[int] | None,
    faults: FaultLog | None,
) -> EvaluationSamples:
    """Images alone: labels, if there are any, are not read."""
    shape = (size[0], size[1]) if size else None
    return EvaluationSamples(domain, keys, shape, False, faults)


def _plain(key: str) -> str:
    """A key as the stem of a file's name; its rank makes it unique."""
    stem = re.sub(r"\.\w+$", "", key.rpartition("/")[2])
    return re.sub(r"[^\w.-]", "_", stem)


def _rows(pool: Pool, order: Sequence[int], names: Sequence[str]) -> list[dict]:
    return [
        {
            "file": name,
            "key": pool.keys[position],
            **{
                score: round(float(getattr(pool, score)[position]), 6)
                for score in ranking.SCORED
            },
        }
        for name, position in zip(names, order, strict=True)
    ]


def _write_images(
    folder: Path, domain: Domain, keys: Sequence[str], names: Sequence[str]
) -> None:
    """Upright, as the model saw them, so that masks fit in every tool."""
    (folder / "images").mkdir()
    for key, name in zip(keys, names, strict=True):
        Image.fromarray(domain.read_image(key)).save(folder / "images" / name)


def _write_drafts(
    folder: Path, drafts: Sequence[Draft], classes: ClassSet, formats: str
) -> None:
    """Not as `labels`, which is the labeller's folder: they are none yet."""
    (folder / "drafts").mkdir()
    for name in parse_drafts(formats):
        FORMATS[name](folder / "drafts", drafts, classes)
    text = yaml.safe_dump(class_map_values(classes), sort_keys=False)
    (folder / "classes.yaml").write_text(text, encoding="utf-8")
