"""A run of 2.05 that is killed at any of its steps is mended by the next one."""

import pytest

STEPS = ["2.05.start", *(f"2.05.{number}" for number in range(1, 9))]


@pytest.mark.parametrize("step", STEPS)
def test_killed_and_run_again(exercises, step):
    """SIGKILL after the step's line, so with kubelet stopped, all stopped, the API server alone, the scheduler missing ...: the same again is true."""
    exercises.kill_after("2.05", step)
    exercises.assert_all_true(exercises.run("2.05"), "2.05")
    exercises.assert_healthy()
