"""What a command that ends with an error leaves behind."""

import weakref

import pytest

from tf_advseg.base.process import launch


class Pipeline:
    """Whose threads end when nobody holds it any more."""


def test_a_bug_shows_its_traceback_and_holds_nothing():
    seen = []

    def prepare():
        pipeline = Pipeline()
        seen.append(weakref.ref(pipeline))
        try:
            raise KeyError("first")
        except KeyError:
            raise TypeError("a bug") from None

    with pytest.raises(TypeError, match="a bug") as caught:
        launch.launch(prepare)
    assert caught.traceback[-1].name == "prepare"
    assert seen[0]() is None
