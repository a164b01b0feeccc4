from . import datasets as datasets
from . import export as export
from . import methods as methods
from .datasets.pipeline.pair import pair as pair
from .evaluation.evaluating import evaluate_segmenter as evaluate_segmenter
from .experiment.registry import make_backbone as make_backbone
from .experiment.registry import make_decoder as make_decoder
from .experiment.registry import make_domain as make_domain
from .experiment.registry import make_method as make_method
from .experiment.registry import register_method as register_method
from .library.loading import load as load
from .library.model import Model as Model
from .library.recipe import Recipe as Recipe
from .library.result import Result as Result
from .library.results import Results as Results
from .networks import backbones as backbones
from .networks import decoders as decoders
from .networks.decoders.deeplab_v2 import deeplab_v2 as deeplab_v2
from .networks.ensemble import Ensemble as Ensemble
from .networks.ensemble_file import load_ensemble as load_ensemble
from .networks.model_file import load_segmenter as load_segmenter
from .networks.model_file import save_segmenter as save_segmenter
from .prediction.run import predict_files as predict_files
from .training.adversarial_segmenter import (
    AdversarialSegmenter as AdversarialSegmenter,
)
from .training.teaching.self_training_segmenter import (
    SelfTrainingSegmenter as SelfTrainingSegmenter,
)

__version__: str
