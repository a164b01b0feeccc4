"""What `tf_advseg browser` does, once its flags are settings."""

from collections.abc import Callable
from collections.abc import Sequence

from tf_advseg import starter
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
        models: The .tflite files that it offers; the model that comes with
            the package has a name, and is there if there is no other.
        settings: Where to write, and what with.
        write: Where the report goes.
    """
    chosen = models or [starter.NAME]
    if any(map(starter.is_meant, chosen)):
        write(starter.ABOUT)
    files = [starter.find(model) for model in chosen]
    for file in files:
        checksums.check(file)
    site = write_site(files, settings.out, settings.packages or None)
    write(f"Written: {site}. Serve it and open the address it says:")
    write(f"  python -m http.server --directory={site}")
    return 0
