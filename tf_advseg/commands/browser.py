"""What `tf_advseg browser` does, once its flags are settings."""

from collections.abc import Callable
from collections.abc import Sequence

from tf_advseg.base.files import checksums
from tf_advseg.export.web.site import write_site
from tf_advseg.settings.browser import BrowserSettings


def run(
    models: Sequence[str],
    settings: BrowserSettings,
    write: Callable[[str], None] = print,
) -> int:
    """Makes the page; returns the exit status.

    Args:
        models: The .tflite files that it offers.
        settings: Where to write, and what with.
        write: Where the report goes.
    """
    for model in models:
        checksums.check(model)
    site = write_site(models, settings.out, settings.packages or None)
    write(f"Written: {site}. Serve it and open the address it says:")
    write(f"  python -m http.server --directory={site}")
    return 0
