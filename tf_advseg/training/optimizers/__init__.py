"""Optimizers, one a file, and how their rates change."""

from tf_advseg.training.optimizers.adamw import NO_DECAY
from tf_advseg.training.optimizers.adamw import AdamW
from tf_advseg.training.optimizers.poly_schedule import PolySchedule
from tf_advseg.training.optimizers.reference_adam import ReferenceAdam
from tf_advseg.training.optimizers.reference_sgd import HEAD_LEARNING_RATE
from tf_advseg.training.optimizers.reference_sgd import OFFICIAL_MULTIPLICITY
from tf_advseg.training.optimizers.reference_sgd import ReferenceSGD
from tf_advseg.training.optimizers.rules import backbone_rate
from tf_advseg.training.optimizers.rules import decoder_rate

__all__ = [
    "HEAD_LEARNING_RATE",
    "NO_DECAY",
    "OFFICIAL_MULTIPLICITY",
    "AdamW",
    "PolySchedule",
    "ReferenceAdam",
    "ReferenceSGD",
    "backbone_rate",
    "decoder_rate",
]
