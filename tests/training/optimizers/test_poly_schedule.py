"""How the learning rate rises and falls."""

import pytest

from tf_advseg.training.optimizers import PolySchedule


@pytest.mark.parametrize(
    ("step", "rate"),
    [
        (0, 8.0 * 1 / 4 * (1 - 0 / 8)),
        (1, 8.0 * 2 / 4 * (1 - 1 / 8)),
        (3, 8.0 * (1 - 3 / 8)),
        (6, 8.0 * (1 - 6 / 8)),
        (9, 0.0),
    ],
)
def test_a_warm_up_rises_from_the_first_step(step, rate):
    schedule = PolySchedule(8.0, steps=8, power=1.0, warmup_steps=4)
    assert float(schedule(step)) == pytest.approx(rate)


@pytest.mark.parametrize("warmup_steps", [0, 1])
def test_no_warm_up_is_the_old_schedule_to_the_bit(warmup_steps):
    schedule = PolySchedule(1e-3, steps=70, warmup_steps=warmup_steps)
    for step in range(70):
        assert float(schedule(step)) == float(PolySchedule(1e-3, 70)(step))


def test_a_warm_up_of_less_than_nothing_is_refused():
    with pytest.raises(ValueError, match="warm-up steps of the schedule"):
        PolySchedule(1e-3, steps=70, warmup_steps=-1)
