"""A folder of street images, and faults to plant in it, each in known files.

`build` writes a clean folder, `plant` spoils a copy of it: every fault in a
few files of its own, so that what a check names can be compared with what was
done.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from tf_advseg.datasets import StreetsDomain
from tf_advseg.datasets.streets.folder_writer import write_folder

EXTENT = (48, 96)
_ORIENTATION = 0x0112


def build(root: Path, train: int, val: int, style: str = "real") -> Path:
    """Writes a clean folder with two splits."""
    domain = StreetsDomain(style, size=EXTENT, train=train, val=val)
    write_folder(domain, root, "train", train)
    write_folder(domain, root, "val", val)
    return root


def plant(root: Path, number: int) -> dict[str, set[str]]:
    """Spoils `number` images for each fault.

    Returns:
        The files, relative to the root, by the code of the finding that
        should name them.
    """
    names = iter(by_colour(root))
    planted: dict[str, set[str]] = {}
    for code, spoil in FAULTS.items():
        for _ in range(number):
            touched = spoil(root, root / "train", next(names))
            relative = touched.relative_to(root).as_posix()
            planted.setdefault(code.partition(":")[0], set()).add(relative)
    return planted


def by_colour(root: Path) -> list[str]:
    """Names of the images of `train`, those with the bluest skies first.

    Swapped channels come first of all faults: nobody can see them in grey.
    """

    def colour(path: Path) -> float:
        pixels = np.asarray(Image.open(path), np.float32)
        sky = pixels[: len(pixels) // 4]
        return float((sky[..., 0] - sky[..., 2]).mean())

    paths = sorted((root / "train/images").iterdir())
    return [path.stem for path in sorted(paths, key=colour)]


def _image(split: Path, name: str) -> Path:
    return split / "images" / f"{name}.png"


def _label(split: Path, name: str) -> Path:
    return split / "labels" / f"{name}.png"


def _as_jpeg(split: Path, name: str, **options) -> Path:
    """Saves an image as JPEG in place of its PNG."""
    path = _image(split, name)
    with Image.open(path) as picture:
        picture.save(path.with_suffix(".jpg"), quality=95, **options)
    path.unlink()
    return path.with_suffix(".jpg")


def _swap_channels(root, split, name):
    path = _image(split, name)
    pixels = np.asarray(Image.open(path))
    Image.fromarray(np.ascontiguousarray(pixels[..., ::-1])).save(path)
    return path


def _shift_ids(root, split, name):
    path = _label(split, name)
    ids = np.asarray(Image.open(path))
    Image.fromarray(np.where(ids == 255, 255, ids + 1).astype("u1")).save(path)
    return path


def _paint(root, split, name):
    """A label in colours, of Cityscapes, where ids are expected."""
    path = _label(split, name)
    colours = np.array([(128, 64, 128), (70, 70, 70), (107, 142, 35)], "u1")
    Image.fromarray(colours[np.asarray(Image.open(path)) % 3]).save(path)
    return path


def _strange_id(root, split, name):
    path = _label(split, name)
    ids = np.asarray(Image.open(path)).copy()
    ids[:4, :4] = 77
    Image.fromarray(ids).save(path)
    return path


def _remove_label(root, split, name):
    _label(split, name).unlink()
    return _image(split, name)


def _remove_image(root, split, name):
    _image(split, name).unlink()
    return _label(split, name)


def _cut_short(root, split, name):
    path = _as_jpeg(split, name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def _empty(root, split, name):
    _image(split, name).write_bytes(b"")
    return _image(split, name)


def _cmyk(root, split, name):
    path = _image(split, name)
    jpeg = path.with_suffix(".jpg")
    Image.open(path).convert("CMYK").save(jpeg, quality=95)
    path.unlink()
    return jpeg


def _deep(root, split, name):
    path = _image(split, name)
    grey = np.asarray(Image.open(path).convert("L")).astype(np.uint16) * 257
    Image.fromarray(grey).save(path)
    return path


def _see_through(root, split, name):
    path = _image(split, name)
    picture = Image.open(path).convert("RGBA")
    picture.putpixel((3, 3), (0, 0, 0, 0))
    picture.save(path)
    return path


def _turn(root, split, name):
    exif = Image.Exif()
    exif[_ORIENTATION] = 6
    return _as_jpeg(split, name, exif=exif)


def _scale_label(root, split, name):
    path = _label(split, name)
    label = Image.open(path)
    label.resize((24, 12), Image.Resampling.NEAREST).save(path)
    return path


def _copy_to_val(root, split, name):
    for find in (_image, _label):
        copy = find(root / "val", f"copy_{name}")
        copy.write_bytes(find(split, name).read_bytes())
    return _image(root / "val", f"copy_{name}")


def _copy_within(root, split, name):
    for find in (_image, _label):
        copy = find(split, f"zz_{name}")
        copy.write_bytes(find(split, name).read_bytes())
    return _image(split, f"zz_{name}")


def _save_again_in_val(root, split, name):
    label = _label(root / "val", f"again_{name}")
    label.write_bytes(_label(split, name).read_bytes())
    path = _image(root / "val", f"again_{name}").with_suffix(".jpg")
    Image.open(_image(split, name)).save(path, quality=90)
    return path


FAULTS: dict[str, Callable] = {
    "swapped_channels": _swap_channels,
    "off_by_one": _shift_ids,
    "colours_not_ids": _paint,
    "unknown_ids": _strange_id,
    "missing_label": _remove_label,
    "missing_image": _remove_image,
    "corrupt": _cut_short,
    "empty": _empty,
    "cmyk": _cmyk,
    "16_bit": _deep,
    "alpha": _see_through,
    "exif_rotation": _turn,
    "size_mismatch": _scale_label,
    "leak": _copy_to_val,
    "duplicate": _copy_within,
    "near_leak": _save_again_in_val,
}
