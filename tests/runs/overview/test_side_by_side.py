"""What differs between runs is shown, and what does not compare is said."""

import json

import toy_folders

from tf_advseg.runs.overview.facts import read_facts
from tf_advseg.runs.overview.side_by_side import side_by_side
from tf_advseg.runs.overview.side_by_side import text


def compared(*folders):
    return side_by_side([read_facts(folder) for folder in folders])


def two(tmp_path):
    return (
        toy_folders.finished(tmp_path / "a", seed=1),
        toy_folders.finished(
            tmp_path / "b",
            iou={"road": 0.75, "sky": 0.5},
            method="minent",
            cache_dir="x",
        ),
    )


def test_settings_that_differ_are_shown_and_places_are_not(tmp_path):
    found = compared(*two(tmp_path))
    assert found.differing == {"method": ["advent", "minent"], "seed": [1, 0]}
    lines = text(found).splitlines()
    assert lines[0].split() == ["setting", "a", "b"]
    assert ["method", "advent", "minent"] in [line.split() for line in lines]


def test_older_runs_have_todays_names_and_what_was_then(tmp_path):
    old = toy_folders.finished(tmp_path / "old")
    toy_folders.write(old / "config.json", {"aspp_branches": 2})
    found = compared(old, toy_folders.finished(tmp_path / "new"))
    assert found.differing["decoder"] == ["deeplab_v2(aspp_branches=2)", "fpn"]
    assert found.differing["clip_norm"] == [0.0, 10.0]


def test_ious_stand_side_by_side_class_by_class(tmp_path):
    rows = [
        line.split() for line in text(compared(*two(tmp_path))).splitlines()
    ]
    assert ["class", "a", "b", "gain"] in rows
    assert ["road", "50.00", "75.00", "+25.00"] in rows
    assert ["car", "25.00", "-", "-"] in rows
    assert ["sky", "-", "50.00", "-"] in rows
    assert ["mIoU", "37.50", "62.50", "+25.00"] in rows


def test_curves_are_on_one_scale(tmp_path):
    a, b = two(tmp_path)
    rows = "step,name,value\n1,loss,3.0\n200,loss,2.0\n"
    toy_folders.write(b / "metrics.csv", rows.encode())
    (line,) = [
        line
        for line in text(compared(a, b)).splitlines()
        if line.startswith("loss")
    ]
    # 2 to 1 and 3 to 2, from 1 at the bottom to 3 at the top.
    assert line.split() == ["loss", "▅▁", "1", "█▅", "2"]


def test_figures_of_other_images_or_classes_do_not_compare(tmp_path):
    a, b = two(tmp_path)
    assert "not evaluated on the same classes" in text(compared(a, b))
    same = toy_folders.finished(tmp_path / "c")
    assert compared(a, same).notes == []
    metrics = json.loads((same / "metrics_best.json").read_text())
    metrics["num_images"] = 7
    toy_folders.write(same / "metrics_best.json", metrics)
    assert "not evaluated on the same images" in text(compared(a, same))
    toy_folders.write(same / "data.json", {"eval": {"id": "dd"}})
    assert "not evaluated on the same data" in text(compared(a, same))


def test_what_is_missing_or_damaged_is_said(tmp_path):
    a = toy_folders.finished(tmp_path / "a")
    b = toy_folders.unfinished(tmp_path / "b")
    toy_folders.write(b / "metrics.csv", b"step,name,value\nx,loss,1\n")
    found = compared(a, b)
    assert any(f"No evaluation is in {b}" in note for note in found.notes)
    assert any("metrics.csv' is damaged" in note for note in found.notes)
    assert found.mious["mIoU"] == [0.375, None]


def test_facts_are_json_without_nan(tmp_path):
    found = compared(toy_folders.finished(tmp_path / "a"))
    text = json.dumps(found.to_dict(), allow_nan=False)
    curve = json.loads(text)["curves"]["loss"]
    assert curve == [[[1, 2.0], [100, None], [200, 1.0]]]
