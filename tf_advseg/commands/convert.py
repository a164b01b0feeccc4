"""What `tf_advseg convert` does, once its flags are settings."""

from collections.abc import Callable
from collections.abc import Sequence

from tf_advseg.conversion import from_torch
from tf_advseg.conversion import to_safetensors
from tf_advseg.conversion.network import Options
from tf_advseg.settings.convert import ConvertSettings


def run(
    files: Sequence[str],
    settings: ConvertSettings,
    write: Callable[[str], None] = print,
) -> int:
    """Converts one file; returns the exit status.

    Args:
        files: The file.
        settings: What it is, and where to write.
        write: Where the report goes.

    Raises:
        ValueError: If there are several, or it cannot be converted.
    """
    if len(files) != 1:
        raise ValueError(f"Expected one file; received {' '.join(files)}.")
    if files[0].endswith(".keras"):
        count = to_safetensors.export(files[0], settings.out)
        write(f"{count} tensors under PyTorch's names: {settings.out}")
        return 0
    options = Options(
        aspp_branches=settings.summed_branches,
        preprocessing=settings.preprocessing,
        classes=settings.class_names,
    )
    report = from_torch.convert(files[0], settings.out, options)
    write(report.text())
    write(f"\nWritten: {settings.out}")
    return 0
