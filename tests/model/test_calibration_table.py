import numpy as np
import pytest

from attrition.model.calibration_table import calibration_table, month_ranges
from attrition.model.metrics import LabelledScores

MONTHS = np.array(["2026-01-31", "2026-02-28", "2026-03-31"], dtype="datetime64[D]")


def test_each_bin_holds_a_tenth_with_its_mean_risk_and_rate():
    risk = np.arange(100) / 100
    scores = LabelledScores((risk >= 0.9).astype(float), risk, np.arange(100).astype(str), np.repeat(MONTHS[:1], 100))
    table = calibration_table(scores, horizon=3)
    assert table["rows"].tolist() == [10] * 10
    assert table["observed"].tolist() == [0] * 9 + [1]
    assert table["expected"].iloc[0] == pytest.approx(0.045)
    assert table["low"].iloc[-1] > 0.5


def agents_seen(months):
    """400 agents with a risk of .1 within three months, seen in so many months in a row."""
    agent, month = np.repeat(np.arange(400).astype(str), months), np.tile(MONTHS[:months], 400)
    return LabelledScores(np.zeros(400 * months), np.full(400 * months, 0.1), agent, month)


def test_the_range_of_chance_hardly_narrows_when_the_same_people_are_seen_thrice():
    width = {months: np.ptp(calibration_table(agents_seen(months), horizon=3)[["low", "high"]]) for months in (1, 3)}
    assert width[1] == pytest.approx(4 * np.sqrt(0.1 * 0.9 / 400), rel=0.15)
    assert width[3] > 0.7 * width[1]  # 0.58 if the three months were independent


def test_every_month_has_its_range_about_its_mean_risk():
    table = month_ranges(agents_seen(3), horizon=3)
    assert table["as_of"].tolist() == list(MONTHS)
    assert ((table["low"] < 0.1) & (table["high"] > 0.1)).all()
