"""From settings to optimizers and their schedules."""

import keras

from tf_advseg.settings.parts.training.schedule import ScheduleSettings
from tf_advseg.settings.train import TrainSettings
from tf_advseg.training import optimizers


def of_segmenter(settings: ScheduleSettings) -> keras.Optimizer:
    """Of the segmenter, as `--optimizer` says."""
    rate = settings.learning_rate
    schedule = _schedule(settings, rate, settings.warmup_steps)
    if settings.optimizer == "adamw":
        backbone = settings.backbone_learning_rate or rate
        kernels_only = settings.decayed_weights == "kernels"
        return optimizers.AdamW(
            schedule,
            weight_decay=settings.weight_decay,
            learning_rate_rules=optimizers.backbone_rate(backbone / rate),
            weight_decay_rules=optimizers.NO_DECAY if kernels_only else (),
        )
    official = settings.update_multiplicity == "official"
    return optimizers.ReferenceSGD(
        schedule,
        momentum=settings.momentum,
        weight_decay=settings.weight_decay,
        learning_rate_rules=optimizers.decoder_rate(settings.head_factor),
        multiplicity_rules=(
            optimizers.OFFICIAL_MULTIPLICITY if official else ()
        ),
    )


def of_discriminators(settings: TrainSettings) -> keras.Optimizer:
    """Of all discriminators; its rate does not warm up."""
    return optimizers.ReferenceAdam(
        _schedule(settings, settings.discriminator_learning_rate)
    )


def _schedule(settings: ScheduleSettings, initial: float, warmup_steps=0):
    steps = settings.schedule_steps or settings.steps
    return optimizers.PolySchedule(initial, steps, warmup_steps=warmup_steps)
