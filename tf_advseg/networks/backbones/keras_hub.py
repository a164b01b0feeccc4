"""Any backbone of KerasHub that gives a pyramid, SegFormer's MiT above all.

KerasHub builds the network; it is made again on images of any size, so that
files of models need no KerasHub. Convolutional networks are copied layer by
layer (`grafting.graph`); transformers are written anew on maps, MiT in
`grafting.mix_transformer`, DINOv2's and DINOv3's, of which a pyramid is made,
in `grafting.vision_transformer`. `c5` is `main`, `c4` is `aux`.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from typing import ClassVar

from tf_advseg.base.checks import check_choice
from tf_advseg.base.conventions import AUX
from tf_advseg.base.conventions import MAIN
from tf_advseg.base.conventions import PREPROCESSING
from tf_advseg.base.conventions import PYRAMID
from tf_advseg.networks.backbones.backbone import Backbone
from tf_advseg.networks.backbones.grafting import graph
from tf_advseg.networks.backbones.grafting import hub
from tf_advseg.networks.backbones.grafting import inlining
from tf_advseg.networks.backbones.grafting import mix_transformer
from tf_advseg.networks.backbones.grafting import vision_transformer
from tf_advseg.networks.backbones.grafting import vision_transformer_weights
from tf_advseg.networks.backbones.grafting.filling import fill
from tf_advseg.networks.layers import BatchNorm
from tf_advseg.networks.layers import ImagePreprocessing
from tf_advseg.networks.layers.batch_norm import MODES
from tf_advseg.networks.layers.preprocessing import NORMALISATIONS
from tf_advseg.networks.layers.preprocessing import Normalisation
from tf_advseg.networks.weights.torch.errors import WeightsError

AUTO = "auto"
_LEVELS = ("P2", "P3", "P4", "P5")
_VISION = (vision_transformer.features, vision_transformer_weights.layers_of)
_TRANSFORMERS = {
    "MiTBackbone": (mix_transformer.features, mix_transformer.layers_of),
    "DINOV2Backbone": _VISION,
    "DINOV3Backbone": _VISION,
}
"""By KerasHub's class: its maps on images, and what fills their layers."""


@dataclasses.dataclass(frozen=True)
class KerasHub(Backbone):
    """Any pyramid backbone of KerasHub, by `model="mit_b0"` or `preset=`.

    With a preset, `--weights=imagenet` is the preset's weights, whatever it
    was trained on.

    Args:
        preset: A folder that KerasHub wrote (`save_to_preset`), or a name
            that it downloads: the network and its weights.
        model: Without a preset: `mit_b0` to `mit_b5`, `resnet18` to
            `resnet152`, `dinov2_small`, `_base` and `_large`, `dinov3_small`
            and so on, or a class of `keras_hub.models`, which takes all it
            needs from `options`. It has random weights.
        options: Of KerasHub's class, in place of the preset's or the model's.
        preprocessing: "caffe", "torch", "lite" (see
            `networks.layers.preprocess`), or "auto": what the preset does,
            and "torch" where it does not say.
        batch_norm: `trainable`, `frozen`, `affine`, `reference` or
            `per_domain`, see `tf_advseg.networks.layers.BatchNorm`; a network
            without batch norm, as transformers, is the same with each.
        synchronized: Whether replicas share the statistics of a batch.
    """

    name: ClassVar[str] = "keras_hub"
    levels: ClassVar[tuple[str, ...]] = (MAIN, AUX)

    preset: str = ""
    model: str = "mit_b0"
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    preprocessing: str = AUTO
    batch_norm: str = "trainable"
    synchronized: bool = False

    def __post_init__(self):
        kinds = [AUTO, *NORMALISATIONS]
        check_choice("preprocessing", self.preprocessing, kinds)
        check_choice("batch_norm", self.batch_norm, MODES)

    def features(self, images):
        trunk = self._trunk(load_weights=False)
        before = ImagePreprocessing(
            **dataclasses.asdict(self._normalisation()), name=PREPROCESSING
        )
        kind = type(trunk).__name__
        if kind in _TRANSFORMERS:
            config = hub.config_of(trunk)
            found = _TRANSFORMERS[kind][0](config, before(images))
        else:
            plain = _plain(trunk)
            found = graph.graft(
                plain, plain.outputs, images, before, self._norm
            )
        features = dict(zip(PYRAMID, found, strict=True))
        return {MAIN: features["c5"], AUX: features["c4"], **features}

    def load_imagenet(self, model, path=None):
        """From the preset, or from the folder of another of the network."""
        preset = self.preset if path is None else str(path)
        if not preset:
            raise WeightsError(
                f"keras_hub(model={self.model!r}) names a network without "
                "weights; give a preset, keras_hub(preset='FOLDER') say, or "
                "--weights=none."
            )
        if path is not None and not Path(path).is_dir():
            raise WeightsError(
                f"The weights of keras_hub come from the folder of a preset; "
                f"there is no folder {preset!r}."
            )
        options = self.options if path is None else {}
        trunk = hub.of_preset(preset, options, load_weights=True)
        kind = type(trunk).__name__
        if kind in _TRANSFORMERS:
            layers = _TRANSFORMERS[kind][1](trunk)
        else:
            layers = graph.weighted_layers(_plain(trunk))
        origin = f"KerasHub, the preset {Path(preset).name}"
        fill(model, layers, origin)
        return origin

    @property
    def weights_licence(self):
        return hub.licence_of(self.preset) if self.preset else ""

    def _trunk(self, load_weights: bool) -> Any:
        if self.preset:
            return hub.of_preset(self.preset, self.options, load_weights)
        return hub.network(self.model, self.options)

    def _normalisation(self) -> Normalisation:
        if self.preprocessing != AUTO:
            return NORMALISATIONS[self.preprocessing]
        return hub.normalisation_of(self.preset)

    def _norm(self, epsilon: float, name: str) -> BatchNorm:
        return BatchNorm(
            self.batch_norm,
            epsilon=epsilon,
            synchronized=self.synchronized,
            name=name,
        )


def _plain(trunk: Any) -> Any:
    """A convolutional network's pyramid as a graph of plain layers."""
    levels = getattr(trunk, "pyramid_outputs", {})
    try:
        if all(name in levels for name in _LEVELS):
            tensors = [levels[name] for name in _LEVELS]
        else:
            tensors = graph.pyramid_of(trunk)
        return inlining.inlined(trunk, tensors)
    except (AttributeError, KeyError, TypeError) as error:
        # Of networks of tokens, of several inputs, of text.
        raise ValueError(
            f"KerasHub's {type(trunk).__name__} is no pyramid of maps that "
            "this package can make again; take MiT, DINOv2, DINOv3, a "
            "ResNet, an EfficientNet or a DenseNet."
        ) from error
