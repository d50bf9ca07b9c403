"""A workspace that repeats the agents of another has a panel of the size that was asked for, which is read as it is."""

from __future__ import annotations

import pytest
from training import enlarge

from attrition.data.progress import silent
from attrition.labels.outcomes import KEYS
from attrition.runs import Runs
from attrition.steps.panel import load_or_build_panel
from tests.kept import copy_with_panel


@pytest.mark.parametrize("times", [2, 2.5])
def test_agents_are_repeated_under_other_numbers_with_all_that_is_read_with_them(
    tmp_path_factory: pytest.TempPathFactory, times: float
) -> None:
    base, folder = copy_with_panel(tmp_path_factory), tmp_path_factory.mktemp("large") / "workspace"
    small = Runs(base).read_panel()
    at_risk = len(small.month(small.data_ends).rows)
    rows = enlarge(base, folder, round(times * at_risk))
    large = load_or_build_panel(folder, progress=silent)
    assert len(large.rows) == len(large.outcomes) == rows == pytest.approx(times * len(small.rows), rel=0.1)
    assert not large.rows.duplicated(KEYS).any()
    assert (large.rows[KEYS] == large.outcomes[KEYS]).all(axis=None)
    assert len(large.month(large.data_ends).rows) == pytest.approx(times * at_risk, rel=0.1)
