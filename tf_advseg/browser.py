"""Makes a web page that runs exported models in the browser.

    python -m tf_advseg.browser runs/demo/export/model_int8.tflite --out=site
    python -m http.server --directory=site

The folder holds static files only: the page, the models, and LiteRT's
WebAssembly runtime, which npm installs (--packages takes an installed one).
Images that are opened there are predicted by the browser; none is sent.
"""

from absl import app
from absl import flags

from tf_advseg.base.process import launch as command_line

_OUT = flags.DEFINE_string(
    "out",
    "site",
    "The folder to make; an earlier one of this command is replaced.",
)
_PACKAGES = flags.DEFINE_string(
    "packages",
    "",
    "A node_modules folder that holds @litertjs/core; default: npm installs "
    "it.",
)


def main(argv: list[str]) -> int:
    """Runs what the command line says; returns the exit status."""
    if len(argv) < 2:
        raise app.UsageError("expected one or more .tflite files")
    from tf_advseg.export.web.site import write_site

    site = write_site(argv[1:], _OUT.value, _PACKAGES.value or None)
    print(f"Written: {site}. Serve it and open the address it says:")
    print(f"  python -m http.server --directory={site}")
    return 0


if __name__ == "__main__":
    command_line.launch(main)
