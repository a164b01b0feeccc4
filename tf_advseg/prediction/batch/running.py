"""What `tf_advseg predict --runner=beam` does."""

import shlex
from collections.abc import Callable
from pathlib import Path

from tf_advseg import prediction
from tf_advseg.base.checks import DataError
from tf_advseg.base.fields import parse_size
from tf_advseg.base.files.atomic_file import remove_leftovers
from tf_advseg.base.process.exit_status import SKIPPED_FILES
from tf_advseg.networks.model_file import read_metadata
from tf_advseg.prediction import batch
from tf_advseg.prediction import summary
from tf_advseg.prediction.batch.task import task_kinds
from tf_advseg.prediction.model_choice import views
from tf_advseg.prediction.model_choice import views_told
from tf_advseg.prediction.model_choice import window
from tf_advseg.settings.predict import PredictSettings


def run(settings: PredictSettings, write: Callable[[str], None] = print) -> int:
    """Predicts in shards and reports; returns the exit status.

    Args:
        settings: What to do.
        write: Where the report goes.
    """
    # The library first: without it nothing else matters.
    from tf_advseg.prediction.batch import beam_pipeline

    kinds = task_kinds(prediction.parse_kinds(settings.save))
    out = Path(settings.out)
    files = prediction.find_inputs(settings.input, out, write)
    if files[0].is_video:
        raise DataError(
            f"{settings.input!r} is a video: its frames cannot be predicted in "
            "shards. Use --runner=local."
        )
    prediction.check_outputs(files, out, kinds)
    task = make_task(settings, kinds)
    shards = batch.make_shards(files, task.key(), settings.shard_size)
    done = {s.id: batch.finished_result(s, out, kinds) for s in shards}
    open_shards = [shard for shard in shards if done[shard.id] is None]
    write(
        f"{len(files)} images in {len(shards)} shards; "
        f"{len(shards) - len(open_shards)} are finished."
    )
    remove_leftovers(out, below=True)
    if open_shards:
        options = shlex.split(settings.beam_options)
        beam_pipeline.run_pipeline(task, open_shards, options)
    found = (batch.finished_result(shard, out, kinds) for shard in shards)
    results = [result for result in found if result is not None]
    _check_all_finished(results, shards, out)
    return _report(settings, files, batch.merge_results(results), write)


def make_task(
    settings: PredictSettings, kinds: tuple[str, ...]
) -> batch.PredictionTask:
    """Returns what workers have to know."""
    weights = settings.model_weights
    return batch.PredictionTask(
        models=tuple(str(Path(p).resolve()) for p in settings.model_paths),
        weights=tuple(weights) if weights else None,
        combine=settings.combine,
        size=parse_size(settings.size) if settings.size else "file",
        kinds=kinds,
        out=str(Path(settings.out).resolve()),
        batch_size=settings.batch_size,
        views=views(settings),
        window=window(settings),
    )


def _check_all_finished(results, shards, out):
    missing = len(shards) - len(results)
    if missing:
        raise OSError(
            f"{missing} of {len(shards)} shards have no record in "
            f"{str(out / 'shards')!r}: do all workers write to this very "
            "folder? Start again; finished shards are not done twice."
        )


def _report(settings, files, result, write):
    out = Path(settings.out)
    facts = read_metadata(settings.model_paths[0])
    summary.write_summary(
        out,
        {"models": list(settings.model_paths), **views_told(settings)},
        facts["classes"],
        facts["palette"],
        result,
        with_entropy="entropy" in settings.save,
    )
    path = batch.write_dead_letters(out, files, result.faults)
    write(f"Predicted {result.num_predicted} images into {out}.")
    if not result.faults:
        return 0
    write(f"Skipped {len(result.faults)} that cannot be read; see {path}.")
    return SKIPPED_FILES
