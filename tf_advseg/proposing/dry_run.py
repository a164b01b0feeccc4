"""What `tf_advseg train` would do: looked up as it does, and then only told."""

from collections.abc import Callable
from collections.abc import Sequence

from tf_advseg.base import fields
from tf_advseg.datasets.domains.domain import Domain
from tf_advseg.experiment import making
from tf_advseg.experiment import networks
from tf_advseg.experiment import registry
from tf_advseg.experiment.batches import with_sizes
from tf_advseg.experiment.data.checks import check_data
from tf_advseg.experiment.data.crops import tell_large_crop
from tf_advseg.proposing import cost
from tf_advseg.proposing.cost_text import cost_lines
from tf_advseg.settings.train import TrainSettings


def tell(
    runs: Sequence[TrainSettings], write: Callable[[str], None]
) -> TrainSettings:
    """Looks at the data, says what would be trained and what it would take.

    Args:
        runs: In their order; the last is the run itself.
        write: Where lines go.

    Returns:
        The run's settings, with sizes in numbers.

    Raises:
        DataError: For what training would refuse of the data.
        ValueError: For what it would refuse of the settings.
    """
    settings = runs[-1]
    making.scaled(settings)
    networks.make_backbone(settings)
    registry.make_decoder(settings.decoder)
    domains = making.make_domains(settings)
    check_data(settings, domains, write)
    settings = with_sizes(settings, domains, write)
    tell_large_crop(settings, domains, write)
    making.scaled(settings)
    classes = domains.source.class_set.names
    networks.check_scales(settings, len(classes))
    write(f"{len(classes)} classes: {', '.join(classes)}")
    said = fields.changed(settings)
    for name in ("dry_run", "run", "source_size", "target_size", "crop"):
        said.pop(name, None)
    write("Beside the defaults: " + (_flags(said) or "nothing"))
    for one in runs:
        write(
            f"Would train {one.method}, {one.steps:,} steps of "
            f"{one.batch_size * one.accumulate} images of each domain, "
            f"into {one.run}"
        )
    num_images = (
        _count(domains.source, settings.source_split)
        if domains.has_source
        else 0,
        _count(domains.target, settings.target_split),
    )
    expected = cost.estimate(settings, num_images)
    beside = runs[0].method if len(runs) > 1 else ""
    for line in cost_lines(settings, expected, beside):
        write(line)
    write("Nothing was written or trained (--dry_run).")
    return settings


def _flags(values: dict) -> str:
    return " ".join(f"--{name}={value}" for name, value in values.items())


def _count(domain: Domain, split: str) -> int:
    return len(domain.keys(split))
