"""The table of runs side by side."""

import numpy as np

from tf_advseg.evaluation.result import Evaluation
from tf_advseg.runs import comparison


def evaluation(confusion):
    return Evaluation(
        domain="d",
        split="val",
        size=None,
        class_names=("road", "person"),
        confusion=np.array(confusion),
        num_images=1,
        faults={},
    )


def test_columns_stay_in_place_and_the_gain_has_its_sign():
    text = comparison.table(
        {
            "source_only": evaluation([[50, 50], [0, 0]]),
            "advent": evaluation([[90, 10], [0, 0]]),
        },
        recorded={"road": 1.0, "mIoU": 1.0},
    )
    lines = text.splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["road", "50.00", "90.00", "+40.00", "100.00"],
        ["person", "0.00", "0.00", "+0.00", "-"],
        ["mIoU", "25.00", "45.00", "+20.00", "100.00"],
    ]
    assert len({len(line) for line in lines}) == 1
    assert lines[0].endswith("advent    gain  target_oracle (recorded)")
