"""What is not offered again, and what a pilot's lot decides."""

import pandas as pd
import pytest

from attrition.labels.interventions_received import COLUMNS
from attrition.pilot.preregistration import write_design
from attrition.steps.excluded import IN_PILOT, RECEIVED_RECENTLY, exclusions
from tests.pilot.example_pilot import planned

MONTH = pd.Timestamp("2026-10-31")


def given(*rows):
    table = pd.DataFrame([dict.fromkeys(COLUMNS) | row for row in rows], columns=COLUMNS)
    days = {name: pd.to_datetime(table[name]).astype("datetime64[us]") for name in ("start_date", "known_on")}
    return table.assign(**days)


def one(agent, kind, day, **more):
    return {"agent_id": agent, "kind": kind, "start_date": day, "known_on": day, "declined": False} | more


def agents(*names):
    return pd.DataFrame({"agent_id": list(names), "as_of": MONTH})


def test_what_was_given_within_a_year_is_not_offered_again_and_what_was_declined_may_be(tmp_path):
    rows = given(
        one("1", "buddy", "2026-03-01"),
        one("2", "buddy", "2024-03-01"),
        one("3", "buddy", "2026-03-01", declined=True),
        one("4", "talk_first", "2026-03-01"),
    )
    found = exclusions(tmp_path, rows, agents("1", "2", "3", "4"))
    assert found.to_numpy().tolist() == [["1", "buddy", *RECEIVED_RECENTLY]]


@pytest.mark.parametrize(("months_later", "is_running"), [(0, True), (60, False)])
def test_in_a_running_pilot_the_assignment_decides_for_both_arms(tmp_path, months_later, is_running):
    drawn = planned()
    (tmp_path / "pilots" / "talks").mkdir(parents=True)
    write_design(tmp_path / "pilots" / "talks", drawn.design, assignment=drawn.assignment, baseline=drawn.baseline)
    at = pd.Timestamp(drawn.design.as_of) + pd.offsets.MonthEnd(months_later)
    month = pd.DataFrame({"agent_id": drawn.assignment["agent_id"], "as_of": at})
    found = exclusions(tmp_path, given(one("nobody", "buddy", "2020-01-01")), month)
    assert len(found) == (len(month) if is_running else 0)
    assert set(found["en"]) <= {IN_PILOT[0]}
