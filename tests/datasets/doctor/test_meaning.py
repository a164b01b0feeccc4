"""The doctor says what was assumed of labels, and what 255 loses."""

from toy_domains import write_image
from toy_domains import write_label

from tf_advseg.commands import check_data
from tf_advseg.settings.check_data import CheckSettings


def report(tmp_path, class_map, label):
    """What `check_data` says of a source and a target without class map."""
    for value, root, name in ((9, "renders", "a"), (99, "photos/val", "b")):
        write_image(tmp_path / root / f"images/{name}.png", (2, 2), value)
        write_label(tmp_path / root / f"labels/{name}.png", label)
    write_image(tmp_path / "photos/train/images/c.png", (2, 2))
    (tmp_path / "renders/classes.yaml").write_text(class_map)
    settings = CheckSettings(
        source=str(tmp_path / "renders"), target=str(tmp_path / "photos")
    )
    lines = []
    status = check_data.run(settings, lines.append)
    return status, "\n".join(lines)


def test_labels_without_class_map_are_measured_by_the_sources(tmp_path):
    class_map = "classes: [{name: ground, id: 1}, {name: sky, id: 2}]"
    status, text = report(tmp_path, class_map, [[1, 1], [1, 2]])
    assert status == 0
    assert "75.00" in next(x for x in text.splitlines() if "ground" in x)
    assert "warning (assumed_labels) in photos/val: No class map says" in text
    assert "assumed_labels) in renders" not in text


def test_masks_whose_255_is_lost_are_an_error(tmp_path):
    class_map = "classes: [{name: bg, id: 0}, {name: box, id: 1}]"
    status, text = report(tmp_path, class_map, [[0, 255], [0, 0]])
    assert status == 5
    assert "error (lost_mask, likely) in renders/train: All labels" in text
    assert "error (lost_mask, likely) in photos/val: All labels" in text
