"""Converts checkpoints of the papers' PyTorch programs, without PyTorch.

    python -m tf_advseg.convert model_120000.pth --out advent.keras
    python -m tf_advseg.convert advent.keras --out advent.safetensors

The first direction takes the segmenters of AdaptSegNet and ADVENT (ResNet
and VGG-16; one level or two), their discriminators, and ImageNet ResNets
and VGG-16 of torchvision or Caffe; it prints a parity report, a line a
layer, and keeps it in the file. Nothing of a checkpoint is executed, and
nothing is written if a tensor is missing, unknown or of another shape. The
second direction writes a model's weights under PyTorch's names.
"""

from absl import app
from absl import flags

from tf_advseg.base.process import launch as command_line

_OUT = flags.DEFINE_string(
    "out", None, "The .keras file (or .safetensors, the way back) to write."
)
_ASPP_BRANCHES = flags.DEFINE_enum(
    "aspp_branches",
    "auto",
    ["auto", "2", "4"],
    "How many of its four branches a classifier sums: 2 in AdaptSegNet's "
    "program, 4 in ADVENT's. The files look alike; 'auto' looks for branches "
    "that were never trained.",
)
_PREPROCESSING = flags.DEFINE_enum(
    "preprocessing",
    "caffe",
    ["caffe", "torch"],
    "How the network was fed: 'caffe' (BGR, means subtracted) by both "
    "programs, 'torch' (normalised RGB) for torchvision's ImageNet files.",
)
_CLASSES = flags.DEFINE_string(
    "classes",
    "",
    "Names of a segmenter's classes, separated by commas; by default those "
    "of Cityscapes for 19, 16 or 13 classes.",
)


def main(argv: list[str]) -> int:
    """Runs what the command line says; returns the exit status."""
    if len(argv) != 2 or not _OUT.value:
        raise app.UsageError("expected one file, and --out=FILE")
    from tf_advseg.conversion import from_torch as conversion
    from tf_advseg.conversion import to_safetensors as conversion_export
    from tf_advseg.conversion.network import Options

    if argv[1].endswith(".keras"):
        count = conversion_export.export(argv[1], _OUT.value)
        print(f"{count} tensors under PyTorch's names: {_OUT.value}")
        return 0
    options = Options(
        aspp_branches=_ASPP_BRANCHES.value,
        preprocessing=_PREPROCESSING.value,
        classes=_CLASSES.value,
    )
    report = conversion.convert(argv[1], _OUT.value, options)
    print(report.text())
    print(f"\nWritten: {_OUT.value}")
    return 0


if __name__ == "__main__":
    command_line.launch(main)
