"""NaN that no loss shows stops a run all the same.

oneDNN joins batch norm and ReLU into one operation, which makes 0 of NaN.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toy_training import Recorder
from toy_training import trainer

from tf_advseg import methods
from tf_advseg.experiment import registry
from tf_advseg.networks.backbones import ResNet50
from tf_advseg.training.callbacks.checkpoints import Checkpoints
from tf_advseg.training.log_means import NonFiniteLoss
from tf_advseg.training.loop import train

MODES = ("reference", "trainable", "per_domain", "affine", "frozen")


def poisoned(mode):
    """A small ResNet, one of whose inner channels is NaN."""
    keras.utils.set_random_seed(0)
    decoder = registry.make_decoder("deeplab_v2")
    backbone = ResNet50(blocks=(1, 1, 1, 1), batch_norm=mode)
    model = trainer(decoder.build(backbone.build(), 3), methods.SourceOnly())
    model.compile(optimizer=keras.optimizers.SGD(1e-3))
    kernel = model.segmenter.get_layer("layer2_0_conv1").kernel
    value = kernel.numpy()
    value[..., 0] = np.nan
    kernel.assign(value)
    return model


def batches():
    rng = np.random.default_rng(0)
    image = tf.constant(rng.uniform(0, 255, (2, 32, 64, 3)), tf.float32)
    label = tf.constant(rng.integers(0, 3, (2, 32, 64)), tf.int32)
    data = ({"source": image, "target": image}, label)
    return tf.data.Dataset.from_tensors(data).repeat()


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_a_run_with_nan_inside_stops_with_a_sentence(mode):
    seen = Recorder()
    with pytest.raises(NonFiniteLoss, match=r"became (nan|NaN).*step 1\b"):
        train(poisoned(mode), batches(), steps=3, log_every=1, callbacks=[seen])
    assert not seen.seen


@pytest.mark.slow
def test_between_two_logs_nothing_is_saved(tmp_path):
    saver = Checkpoints(tmp_path, every=1, steps=9)
    with pytest.raises(NonFiniteLoss, match=r"weights '.+' became NaN"):
        train(
            poisoned("trainable"),
            batches(),
            steps=9,
            log_every=5,
            callbacks=[saver],
        )
    assert saver.saved_step == 0
