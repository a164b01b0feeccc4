"""What watches a training run: Keras callbacks, one idea a file.

They count in steps: the loop of `tf_advseg.training.loop` calls
`on_train_batch_end(step, logs)` with the number of updates made so far.
"""

from tf_advseg.training.callbacks.candidate_scores import CandidateScores
from tf_advseg.training.callbacks.checkpoints import Checkpoints
from tf_advseg.training.callbacks.health_watch import HealthWatch
from tf_advseg.training.callbacks.healthy_states import HealthyStates
from tf_advseg.training.callbacks.interruption import StopOnInterrupt
from tf_advseg.training.callbacks.metrics_log import MetricsLog
from tf_advseg.training.callbacks.progress import Progress
from tf_advseg.training.callbacks.snapshots import Snapshots
from tf_advseg.training.callbacks.standing_in import StandingIn
from tf_advseg.training.callbacks.target_evaluation import TargetEvaluation
from tf_advseg.training.callbacks.tensorboard_log import TensorBoardLog
from tf_advseg.training.callbacks.weight_average import WeightAverage

__all__ = [
    "CandidateScores",
    "Checkpoints",
    "HealthWatch",
    "HealthyStates",
    "MetricsLog",
    "Progress",
    "Snapshots",
    "StandingIn",
    "StopOnInterrupt",
    "TargetEvaluation",
    "TensorBoardLog",
    "WeightAverage",
]
