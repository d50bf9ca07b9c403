"""The benchmark of the promotion criteria: its centres have the risks they say, and its row has its columns."""

import gate
import pytest
from at_the_gate.centres import simulate_centre

from attrition.model.metrics import calibration_slope, observed_over_expected


def test_the_true_risks_of_a_simulated_centre_are_right() -> None:
    centres = [simulate_centre(3000, 0.02, seed).scores for seed in range(3)]
    assert sum(observed_over_expected(scores)[0] for scores in centres) / 3 == pytest.approx(1, abs=0.06)
    assert sum(calibration_slope(scores)[0] for scores in centres) / 3 == pytest.approx(1, abs=0.08)
    assert 0.04 < sum(scores.label.mean() for scores in centres) / 3 < 0.07


def test_a_row_has_a_cell_for_every_column() -> None:
    assert len(gate.row_of_size(100, monthly_rate=0.02, seeds=range(2))) == len(gate.COLUMNS)
