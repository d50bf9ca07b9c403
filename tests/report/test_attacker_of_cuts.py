"""Somebody who solves the cuts together with sites and teams, in two months, learns nothing of fewer than a group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint

from attrition.report import disclosure
from attrition.report.figures import cuts
from attrition.report.figures.cuts import CUTS, all_cuts
from tests.everyday import some_every_day
from tests.report.attacker import NOWHERE, SumAttacker, ends
from tests.report.test_attacker import MINIMUM, disclosing, disclosures
from tests.report.test_attacker_of_the_centre import BANDS, disclosed, hidden, published, rests, two_months

LEVELS = {"site": "site", "team": "team_id", **CUTS}
MOST_PEOPLE = 10_000.0


@dataclass(frozen=True, eq=False)
class Cut:
    """An organisation's two months with account, channel and work mode, and all that was published of each."""

    months: list[pd.DataFrame]
    tables: list[pd.DataFrame]

    @property
    def names(self) -> list[str]:
        """All who worked there in either month."""
        return sorted({name for month in self.months for name in month["agent_id"]})


def cut(seed: int) -> Cut:
    """Publish units and cuts of both months: accounts of whole teams, channels of whole accounts or not, work modes."""
    rng = np.random.default_rng(seed + 40_000)
    drawn = two_months(seed)
    teams = sorted({str(team) for month in drawn for team in month["team_id"].dropna()})
    accounts = {team: f"account {rng.integers(0, rng.integers(1, 5))}" for team in teams}
    channels = {team: rng.choice(["voice", "chat"], p=[0.8, 0.2]) for team in teams}
    if rng.random() < 0.5:
        channels = {team: "chat" if accounts[team] == "account 0" else "voice" for team in teams}
    modes = dict(zip(BANDS, rng.choice(["office", "hybrid", "home"], len(BANDS)), strict=True))
    months = [
        month.assign(
            account=month["team_id"].map(accounts),
            channel=month["team_id"].map(channels).mask(rng.random(len(month)) < 0.02),
            schedule_work_mode=month["tenure_band"].map(modes),
        )
        for month in drawn
    ]
    tables: list[pd.DataFrame] = []
    for month in months:
        units = published(month, tables[0][tables[0]["level"].isin(["centre", "site", "team"])] if tables else None)
        other = all_cuts(month, error=0.15, min_group=MINIMUM)
        tables.append(units if other is None else pd.concat([units, other.assign(level=other["cut"])]))
    return Cut(months, tables)


@pytest.fixture(scope="module", params=some_every_day(range(0, 300, 10), everyday=[240]))
def organisations(request: pytest.FixtureRequest) -> dict[int, Cut]:
    return {seed: cut(seed) for seed in range(request.param, request.param + 10)}


def members(month: pd.DataFrame, level: str, unit: object) -> np.ndarray:
    everybody = np.ones(len(month), bool)
    return everybody if level == "centre" else (month[LEVELS[level]] == unit).to_numpy()


def disclosed_risks(organisation: Cut, half_a_step: float = 0.5) -> list[str]:
    """Name the few whose risks add up to something known closer than half a person; nobody's risk changes."""
    names = organisation.names
    cells, groups, targets, columns = [], [], [], []
    for number, (month, table) in enumerate(zip(organisation.months, organisation.tables, strict=True)):
        there = pd.Index(names).isin(month["agent_id"])
        everybody = month.set_index("agent_id").reindex(names).reset_index()
        known = [column for column in LEVELS.values() if column in everybody]
        columns.append(everybody[known].assign(there=there).add_suffix(str(number)))
        people = {
            (str(row["level"]), str(row["unit"])): members(everybody, str(row["level"]), row["unit"]) & there
            for row in table.to_dict("records")
        }
        for row in table.to_dict("records"):
            unit = str(row["level"]), str(row["unit"])
            if row["is_hidden"]:
                targets.append((f"{unit} of month {number}", people[unit]))
            else:
                cells.append((people[unit].astype(float), float(row["expected"]), half_a_step))
        groups += rests({unit: who for unit, who in people.items() if unit not in hidden(table)})
    if not cells:
        return []
    attacker = SumAttacker(pd.concat(columns, axis=1), cells)
    flows = [("flow", few) for few in attacker.indistinguishable_groups(MINIMUM)]
    return disclosed(attacker, targets + flows, groups, np.array(names))


def exact_risks(organisation: Cut) -> list[str]:
    """Solve the same numbers where they are not rounded."""
    return disclosed_risks(organisation, half_a_step=1e-6)


def disclosed_headcounts(organisation: Cut) -> list[str]:
    """Name the hidden groups of few people whose headcount one month's headcounts tell closer than a group.

    The attacker knows which teams work for which account, and which sites, teams and groups share people.
    """
    month, table = organisation.months[-1], organisation.tables[-1]
    known = [column for column in LEVELS.values() if column in month]
    kinds = month[known].fillna(NOWHERE).drop_duplicates().reset_index(drop=True)
    rows, counts, targets, names = [], [], [], []
    for row in table.to_dict("records"):
        people = members(kinds, str(row["level"]), row["unit"]).astype(float)
        if row["is_hidden"]:
            if members(month, str(row["level"]), row["unit"]).sum() < MINIMUM:
                targets.append(people)
                names.append(f"{row['level']} {row['unit']}")
        elif pd.notna(row["headcount"]):
            rows.append(people)
            counts.append(float(row["headcount"]))
    if not targets or not rows:
        return []
    constraint = LinearConstraint(sparse.csr_matrix(np.array(rows)), counts, counts)
    bounds = Bounds(np.zeros(len(kinds)), np.full(len(kinds), MOST_PEOPLE))
    ranges = ends(np.array(targets), constraint, bounds, MINIMUM - 1e-6)
    return [f"{name}: {low:.0f} to {high:.0f}" for name, (low, high) in zip(names, ranges, strict=True)
            if high - low < MINIMUM - 1e-6]  # fmt: skip


@pytest.mark.parametrize("attack", [disclosed_risks, disclosed_headcounts])
def test_cuts_beside_sites_and_teams_disclose_nothing_of_fewer_people_than_a_group(
    attack: Callable[[Cut], list[str]], organisations: dict[int, Cut]
) -> None:
    assert disclosures(attack, organisations) == {}


def test_headcounts_of_cuts_that_lie_along_teams_would_count_hidden_teams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuts, "share_along", lambda *_: 0.0)
    assert len(disclosing(disclosed_headcounts, lambda number: cut(240 + number), 10)) > 2


def test_without_rounding_the_attacker_reads_risks_of_few_off_a_second_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure, "round_to_whole", lambda rows: rows)
    monkeypatch.setattr(disclosure, "_hide_complements", lambda *_: None)
    assert disclosing(exact_risks, cut, 4)
