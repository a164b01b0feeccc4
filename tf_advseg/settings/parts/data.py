"""Which data: domains, their splits, what their labels mean."""

import dataclasses

from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts import finding
from tf_advseg.settings.parts.command import COMMON

NO_SOURCE = "none"
"""What `--source` says where there is none."""


@dataclasses.dataclass(frozen=True)
class DomainSettings(Settings):
    """The two domains; those of a run, unless others are named."""

    GROUP = "Data"

    source: str = setting(
        "",
        "The labelled domain: a registered name (`train --list`) or a folder "
        "with images/ and labels/. Several stand between commas, each with "
        "its share of the draw if that is wanted: a,b:0.3. 'none', in `train` "
        "with --start: a trained model is adapted without.",
        finds=finding.find_domain,
        unset="the run's",
        group=COMMON,
    )
    target: str = setting(
        "",
        "The domain to adapt to: a registered name or a folder with images/; "
        "several as for --source. Its labels, if any, are used to evaluate, "
        "never to train.",
        finds=finding.find_domain,
        unset="the run's",
        group=COMMON,
    )


@dataclasses.dataclass(frozen=True)
class ClassesSettings(Settings):
    """What labels mean."""

    GROUP = "Data"

    classes: str = setting(
        "",
        "YAML file that says what the labels of a folder mean; with "
        "--target_classes beside it, of the source's; of several, the "
        "first's.",
        finds=finding.find_file,
        unset="classes.yaml in that folder",
        group=COMMON,
    )


@dataclasses.dataclass(frozen=True)
class SplitSettings(Settings):
    """One split of one domain."""

    GROUP = COMMON

    split: str = setting("val", "The split of the domain.")


@dataclasses.dataclass(frozen=True)
class DataSettings(ClassesSettings, DomainSettings):
    """Both domains with all their splits."""

    source: str = same(DomainSettings, "source", "", unset="none")
    target: str = same(DomainSettings, "target", "", unset="none")
    target_classes: str = setting(
        "",
        "The same as --classes for a --target folder.",
        finds=finding.find_file,
        unset="as the source's",
    )
    target_labels: str = setting(
        "",
        "Images of the target that have labels, a few say, to learn from "
        "beside the source: the folder that `suggest_labels` wrote, with "
        "corrected masks in its labels/, or any domain's split 'train'.",
        finds=finding.find_domain,
        unset="none",
    )
    source_split: str = setting("train", "Split of the source to train on.")
    target_split: str = setting("train", "Split of the target to adapt to.")
    eval_split: str = setting(
        "val", "Labelled split of the target to evaluate on, if there is one."
    )


@dataclasses.dataclass(frozen=True)
class ExpectedDataSettings(Settings):
    """Data that must be what it was."""

    GROUP = "Data"
    DECIDES = "course"

    expect_data: str = setting(
        "",
        "Refuse other data than this: an id of a manifest, several separated "
        "by commas, a manifest file, or the folder of a run. Differences are "
        "named.",
    )
