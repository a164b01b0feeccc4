"""The NumPy networks against numbers of the official programs."""

import golden_vectors
import numpy as np
import official_checkpoints as official
import pytest

from tf_advseg.networks.weights import numpy_network
from tf_advseg.networks.weights.pytorch_names import Naming


@pytest.mark.parametrize(
    ("file", "branches"), [("forward_adaptsegnet", 2), ("forward_advent", 4)]
)
def test_deeplab_has_the_official_programs_logits(file, branches):
    heads = {"layer5": (1024, 19), "layer6": (2048, 19)}
    shapes = official.resnet(golden_vectors.BLOCKS, heads)
    arrays = {
        name: golden_vectors.draw(name, array.shape)
        for name, array in shapes.items()
    }
    naming = Naming(
        kind="segmenter",
        network="resnet",
        heads={"main": "layer6", "aux": "layer5"},
        blocks=golden_vectors.BLOCKS,
    )
    outputs = {}
    image = golden_vectors.images("source0", (65, 97))[0]
    numpy_network.run(naming, arrays, image, branches, outputs.__setitem__)
    wanted = golden_vectors.load(file)
    for level, head in naming.heads.items():
        logits = wanted[f"eval/{level}"][0]
        deviation = np.abs(outputs[head] - logits).max()
        assert deviation <= 1e-12 * np.abs(logits).max()


def test_a_discriminator_halves_its_map_five_times():
    naming = Naming("discriminator", "discriminator", is_numbered=True)
    outputs = {}
    numpy_network.run(
        naming,
        official.discriminator(3, numbered=True),
        np.zeros((321, 65, 3)),
        0,
        outputs.__setitem__,
    )
    # 321 -> 160 -> 80 -> 40 -> 20 -> 10, as measured of the official one.
    assert outputs["8"].shape == (10, 2, 1)
