"""What is not offered again, and what the assignment of a pilot decides."""

import pandas as pd
import pytest

from attrition.labels.interventions_received import COLUMNS
from attrition.pilot.preregistration import write_design
from attrition.steps.excluded import IN_PILOT, RECEIVED_RECENTLY, exclusions
from tests.pilot.example_pilot import draw_example_pilot

MONTH = pd.Timestamp("2026-10-31")


def interventions(*rows):
    table = pd.DataFrame([dict.fromkeys(COLUMNS) | row for row in rows], columns=COLUMNS)
    days = {name: pd.to_datetime(table[name]).astype("datetime64[us]") for name in ("start_date", "known_on")}
    return table.assign(**days)


def intervention(agent, kind, day, **more):
    return {"agent_id": agent, "kind": kind, "start_date": day, "known_on": day, "declined": False} | more


def agents(*names):
    return pd.DataFrame({"agent_id": list(names), "as_of": MONTH})


def test_an_intervention_received_within_a_year_is_not_offered_again_and_a_declined_one_may_be(tmp_path):
    rows = interventions(
        intervention("1", "buddy", "2026-03-01"),
        intervention("2", "buddy", "2024-03-01"),
        intervention("3", "buddy", "2026-03-01", declined=True),
        intervention("4", "talk_first", "2026-03-01"),
    )
    excluded = exclusions(tmp_path, rows, agents("1", "2", "3", "4"))
    assert excluded.to_numpy().tolist() == [["1", "buddy", *RECEIVED_RECENTLY]]


@pytest.mark.parametrize(("months_later", "is_running"), [(0, True), (60, False)])
def test_in_a_running_pilot_the_assignment_decides_for_both_arms(tmp_path, months_later, is_running):
    pilot = draw_example_pilot()
    (tmp_path / "pilots" / "talks").mkdir(parents=True)
    write_design(tmp_path / "pilots" / "talks", pilot.design, assignment=pilot.assignment, baseline=pilot.baseline)
    at = pd.Timestamp(pilot.design.as_of) + pd.offsets.MonthEnd(months_later)
    month = pd.DataFrame({"agent_id": pilot.assignment["agent_id"], "as_of": at})
    excluded = exclusions(tmp_path, interventions(intervention("nobody", "buddy", "2020-01-01")), month)
    assert len(excluded) == (len(month) if is_running else 0)
    assert set(excluded["en"]) <= {IN_PILOT[0]}
