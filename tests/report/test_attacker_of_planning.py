"""Somebody who solves the planning numbers of two months together with the units learns nothing of a few people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from attrition.report.disclosure import suppress_small_units
from attrition.report.figures import leavers_ahead
from attrition.report.figures.leavers_ahead import published_horizons
from tests.report.attacker import SumAttacker, shown
from tests.report.organisations import unit_sums
from tests.report.test_attacker import MINIMUM, disclosing, disclosures
from tests.report.test_attacker_of_the_centre import Report, disclosed, hidden, members, report, rests

ROUNDED_BY = 0.5
"""How far a published number may lie from the one before rounding."""
LEVEL_OF = {"centre": "centre", "site": "site", "tenure_band": "tenure"}


@pytest.fixture(scope="module")
def reports() -> dict[int, Report]:
    return {seed: report(seed) for seed in range(0, 300, 20)}


def published(people: pd.DataFrame, units: pd.DataFrame) -> list[tuple[str, str, float]]:
    """Return level, unit and expected number of every row that the planning numbers show of a month."""
    bands = unit_sums(people.assign(team_id=people["tenure_band"])).query("level == 'team'").assign(level="tenure_band")
    table = pd.concat([unit_sums(people).query("level != 'team'"), bands]).assign(horizon_months=3)
    rows = published_horizons(table, people, min_group=MINIMUM, hidden=hidden(units))
    return [(LEVEL_OF[str(row["level"])], str(row["unit"]), float(row["expected"])) for row in rows.to_dict("records")]


def unrounded(table: pd.DataFrame, team_sites: dict[str, str], **rules: Any) -> pd.DataFrame:
    """Return the units hidden as they are published, with their numbers before rounding."""
    units = suppress_small_units(table, team_sites, **rules)
    return units.assign(expected=table["expected"].to_numpy())


def disclosed_in_planning(report: Report) -> list[str]:
    """Solve the expected numbers of the units and of planning of two months; the same risk in all."""
    cells, published_groups, targets = [], [], []
    for number, month in enumerate(report.months):
        at, inside = report.places[number], report.inside[number]
        rows = published(month, report.units[number])
        rows += [
            (str(row["level"]), str(row["unit"]), float(str(row["expected"]))) for row in shown(report.units[number])
        ]
        groups = {(level, unit): members(at, level, unit) & inside for level, unit, _ in rows}
        cells += [(groups[level, unit].astype(float), number, ROUNDED_BY) for level, unit, number in rows]
        published_groups += rests({unit: people for unit, people in groups.items() if unit[0] != "tenure"})
        published_groups += rests({unit: people for unit, people in groups.items() if unit[0] in ("centre", "tenure")})
        everything = {("tenure", band) for band in month["tenure_band"].dropna()} | set(hidden(report.units[number]))
        targets += [
            (f"{level} {unit} of month {number}", members(at, level, unit) & inside)
            for level, unit in sorted(everything - groups.keys())
        ]
    if not cells:
        return []
    columns = [month[["site", "team_id", "tenure_band"]].add_suffix(str(n)) for n, month in enumerate(report.at)]
    attacker = SumAttacker(pd.concat(columns, axis=1), cells)
    flows = [("flow", people) for people in attacker.indistinguishable_groups(MINIMUM)]
    return disclosed(attacker, targets + flows, published_groups, np.array(report.names))


def test_planning_numbers_disclose_nothing_about_fewer_people_than_a_group(reports: dict[int, Report]) -> None:
    assert disclosures(disclosed_in_planning, reports) == {}


def test_without_hiding_and_rounding_the_attacker_reads_the_risk_of_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leavers_ahead, "parts_to_hide", lambda *_: set())
    monkeypatch.setattr(leavers_ahead, "round_to_whole", lambda rows: rows)
    monkeypatch.setattr("tests.report.test_attacker_of_planning.ROUNDED_BY", 0.01)
    monkeypatch.setattr("tests.report.test_attacker.suppress_small_units", unrounded)
    assert len(disclosing(disclosed_in_planning, report, 8)) > 3
