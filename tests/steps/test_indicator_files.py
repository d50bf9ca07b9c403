"""Sums behind the indicators are kept for months that nothing touched; later ones are those of adding all up."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from attrition.data.centre import open_centre
from attrition.features.team_leaders import CHANGE
from attrition.labels.maturity import with_observation
from attrition.labels.next_exits import read_outcomes
from attrition.steps.indicator_files import SUMMED, KeptSums, gather_indicators, staff_of
from attrition.steps.panel_families import past_of
from tests.steps.growing import many_tables


def test_kept_months_stay_as_they_are_and_later_ones_are_added_up_from_their_rows_alone(tmp_path: Path) -> None:
    many_tables(tmp_path, agents=40, months=9)
    centre = open_centre(tmp_path)
    past, ends = past_of(centre, centre.tables), pd.Timestamp(centre.data_ends)
    outcomes = with_observation(read_outcomes(past.months, centre.tables["exits"]), centre.extent, centre.gone)
    staff = staff_of(outcomes, ends)
    whole = gather_indicators(past, centre.tables, staff, data_end=ends)
    first, later = whole["as_of"].drop_duplicates().sort_values().iloc[[-3, -2]]
    marked = whole.assign(y=whole["y"] + 1000.0)
    recent = past.since(later, sums_since=first)
    sums = gather_indicators(recent, centre.tables, staff, data_end=ends, kept=KeptSums(marked, first))
    is_kept = (whole["as_of"] < first) & (whole["indicator"] != CHANGE)
    pd.testing.assert_frame_equal(sums, whole.assign(y=whole["y"].mask(is_kept, marked["y"])), check_exact=True)
    assert {*SUMMED} <= {*centre.tables}
    assert whole.loc[~is_kept, "indicator"].nunique() > 15
