"""Labels of ids that were resized with smoothing, or saved as JPEG."""

import io

import numpy as np
import pytest
from PIL import Image
from toy_domains import write_image

from tf_advseg.datasets import FolderDomain
from tf_advseg.datasets.doctor import examine
from tf_advseg.datasets.doctor import surveying
from tf_advseg.datasets.file_facts.borders import measure_borders


def drawn(ids, seed=0, size=(96, 128)):
    """Discs of some ids on the first one, with a pole of 2 pixels each."""
    random = np.random.default_rng(seed)
    label = np.full(size, ids[0], np.uint8)
    rows, columns = np.indices(size)
    for number in range(12):
        row, column = random.integers(size[0]), random.integers(size[1])
        disc = (rows - row) ** 2 + (columns - column) ** 2
        label[disc < 15**2] = ids[number % len(ids)]
        label[row:, column : column + 2] = ids[(number + 1) % len(ids)]
    return label


def resized(label, how):
    size = label.shape[1] // 2, label.shape[0] // 2
    return np.array(Image.fromarray(label).resize(size, how))


def compressed(label):
    buffer = io.BytesIO()
    Image.fromarray(label).save(buffer, "JPEG", quality=90)
    return np.array(Image.open(buffer))


def codes_of(root, label):
    """The codes of what the doctor finds in a folder with this label."""
    write_image(root / "images/a.png", label.shape)
    (root / "labels").mkdir()
    Image.fromarray(label).save(root / "labels/a.png")
    names = [f"{{name: c{i}, id: {i}}}" for i in range(10)]
    text = f"classes: [{', '.join(names)}]"
    (root / "classes.yaml").write_text(text)
    survey = surveying.survey(FolderDomain(root), "train", "source")
    return {finding.code for finding in examine([survey])}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda label: resized(label, Image.Resampling.BILINEAR),
        lambda label: resized(label, Image.Resampling.BICUBIC),
        compressed,
    ],
)
def test_false_ids_at_borders_are_named_once(tmp_path, spoil):
    found = codes_of(tmp_path, spoil(drawn([0, 1, 4, 9])))
    assert "blurred_label" in found
    assert "unknown_ids" not in found


@pytest.mark.parametrize("ids", [(0, 1, 4, 9), tuple(range(10))])
@pytest.mark.parametrize("halved", [False, True])
def test_drawn_labels_are_sharp(tmp_path, ids, halved):
    label = drawn(ids)
    if halved:
        label = resized(label, Image.Resampling.NEAREST)
    assert "blurred_label" not in codes_of(tmp_path, label)


def test_outlines_that_were_drawn_are_no_fault(tmp_path):
    rows, columns = np.indices((64, 64))
    distance = (rows - 32) ** 2 + (columns - 32) ** 2
    label = np.where(distance < 20**2, 2, 0)
    label[(distance >= 20**2) & (distance < 21.5**2)] = 1
    assert "blurred_label" not in codes_of(tmp_path, label.astype(np.uint8))


def test_colours_that_are_ignored_since_they_are_unknown_are_seen(tmp_path):
    write_image(tmp_path / "images/a.png", (96, 128))
    (tmp_path / "labels").mkdir()
    label = np.stack([drawn([0, 200]), drawn([0, 90], 1), drawn([9, 0], 2)], -1)
    (tmp_path / "classes.yaml").write_text(
        "classes: [{name: a, color: [0, 0, 9]}, {name: b, color: [200, 90, 9]}]"
        "\nunknown: ignore"
    )

    def codes():
        domain = FolderDomain(tmp_path)
        survey = surveying.survey(domain, "train", "source")
        return {finding.code for finding in examine([survey])}

    Image.fromarray(label).save(tmp_path / "labels/a.png")
    assert "blurred_label" not in codes()
    smooth = Image.fromarray(label).resize((64, 48), Image.Resampling.BICUBIC)
    smooth.resize((128, 96)).save(tmp_path / "labels/a.png")
    assert "blurred_label" in codes()


def test_borders_are_counted_along_rows_and_columns():
    label = np.zeros((6, 12), np.uint8)
    label[:, 5:] = 5
    # A window of 4 pixels goes over a sharp border in 3 places a row.
    assert measure_borders(label) == (3 * 6, 0, 0)
    label[:, 5] = 2
    # Over the line of 2s in 2: in the third it would be an end.
    assert measure_borders(label) == (2 * 6, 2 * 6, 1)
    assert measure_borders(label.T) == (2 * 6, 2 * 6, 1)
    label[:, 6:] = 255
    assert measure_borders(label) == (0, 0, 0)
