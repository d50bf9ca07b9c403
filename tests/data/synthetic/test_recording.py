"""Facts are recorded late, wrongly at first, or by mistake, and the export holds only what was recorded by then."""

from __future__ import annotations

import numpy as np

from attrition.data.synthetic.recording import DAY, add_corrections, add_withdrawals, recorded_by, recording_times

FACTS = {"spell": np.array([1, 2, 3]), "pay": np.array([50, 60, 70]), "recorded_at": np.array([10, 20, 30]) * DAY}


def test_most_facts_are_recorded_soon_and_some_late() -> None:
    rng = np.random.default_rng(1)
    delay = recording_times(rng, np.zeros(2000, dtype=int), usual_days=(0, 3), late_share_and_days=(0.1, 60)) // DAY
    assert delay.min() == 0
    assert delay.max() <= 60
    assert 0.07 < (delay > 3).mean() < 0.13


def test_a_wrong_entry_comes_first_and_the_right_one_later() -> None:
    rng = np.random.default_rng(1)
    rows = add_corrections(FACTS, {"pay": np.array([0, 99, 0])}, is_wrong=np.array([False, True, False]), rng=rng)
    second = rows["spell"] == 2
    order = np.argsort(rows["recorded_at"][second])
    assert rows["pay"][second][order].tolist() == [99, 60]
    assert rows["pay"][~second].tolist() == [50, 70]


def test_a_mistake_is_entered_and_withdrawn() -> None:
    facts = FACTS | {"is_retracted": np.zeros(3, dtype=bool)}
    false = {name: column[:1] for name, column in facts.items()} | {"spell": np.array([9])}
    rows = add_withdrawals(facts, false, rng=np.random.default_rng(1))
    is_false = rows["spell"] == 9
    order = np.argsort(rows["recorded_at"][is_false])
    assert rows["is_retracted"][is_false][order].tolist() == [False, True]
    assert len(rows["spell"]) == 5


def test_what_is_recorded_after_the_export_is_not_in_it() -> None:
    assert recorded_by(FACTS, 20, "spell")["spell"].tolist() == [1, 2]
