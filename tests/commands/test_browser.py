"""`tf_advseg browser` offers what was exported, and nothing else."""

import pytest

from tf_advseg.base.files import checksums
from tf_advseg.commands import browser
from tf_advseg.settings.browser import BrowserSettings


def test_a_changed_byte_of_an_export_makes_no_page(tmp_path):
    model = tmp_path / "model_int8.tflite"
    model.write_bytes(b"model")
    checksums.record(model)
    model.write_bytes(b"modeL")
    settings = BrowserSettings(out=str(tmp_path / "site"))
    with pytest.raises(ValueError, match=r"int8\.tflite' was changed since"):
        browser.run([str(model)], settings, print)
    assert not (tmp_path / "site").exists()
