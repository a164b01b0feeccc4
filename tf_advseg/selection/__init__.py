"""Which of a run's models to take, without labels of the target.

One score a file, each a function of probabilities with its paper; how they
are fused, and what is chosen, stand in `fused_rank.py` and `choice.py`.
"""

from tf_advseg.selection.choice import Choice
from tf_advseg.selection.choice import choose
from tf_advseg.selection.fused_rank import fuse
from tf_advseg.selection.guards import passes_guards
from tf_advseg.selection.scores.agreement import agreement
from tf_advseg.selection.scores.class_shares import class_share_distance
from tf_advseg.selection.scores.entropy import mean_entropy
from tf_advseg.selection.scores.mutual_information import mutual_information
from tf_advseg.selection.scores.neighbourhood_density import soft_density
from tf_advseg.selection.scores.table import SCORES
from tf_advseg.selection.scores.table import score
from tf_advseg.selection.weight_mean import load_mean_of_weights

__all__ = [
    "SCORES",
    "Choice",
    "agreement",
    "choose",
    "class_share_distance",
    "fuse",
    "load_mean_of_weights",
    "mean_entropy",
    "mutual_information",
    "passes_guards",
    "score",
    "soft_density",
]
