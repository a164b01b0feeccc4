"""Makes a web page that runs exported models in the browser.

    tf_advseg browser
    tf_advseg browser runs/demo/export/model_int8.tflite --out=site
    python -m http.server --directory=site

The folder holds static files only: the page, the models, and LiteRT's
WebAssembly runtime, which npm installs (--packages takes an installed one).
Without a model, or with the name `streets`, the page runs the one that comes
with tf_advseg. An earlier folder of this command is replaced. Images that are
opened there are predicted by the browser; none is sent.
"""

import dataclasses

from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting
from tf_advseg.settings.parts.command import Command
from tf_advseg.settings.parts.finding import find_exported
from tf_advseg.settings.parts.places import OutSettings


@dataclasses.dataclass(frozen=True)
class BrowserSettings(OutSettings):
    """One page."""

    out: str = same(OutSettings, "out", "site")
    packages: str = setting(
        "",
        "A node_modules folder that holds @litertjs/core.",
        unset="npm installs it",
    )


COMMAND = Command(
    BrowserSettings, place=90, words="[FILE.tflite ...]", finds=find_exported
)
