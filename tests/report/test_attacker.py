"""Somebody who solves all that was published, last month's report too, learns nothing of fewer people than a group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import TypeVar

import numpy as np
import pandas as pd
import pytest

from attrition.report import disclosure
from attrition.report.disclosure import suppress_small_units
from tests.everyday import some_every_day
from tests.report.attacker import Month, RiskAttacker, SumAttacker, headcounts
from tests.report.organisations import draw_organisation, sites_of_teams, unit_sums

Organisation = TypeVar("Organisation")
MINIMUM = 10
HALF_A_PERSON = 0.5
"""The sum of the risks of fewer people than a group must stay open by half of what one person can weigh (0 to 1)."""


def published(agents: pd.DataFrame, before: pd.DataFrame | None = None) -> pd.DataFrame:
    hidden = [] if before is None else list(before.loc[before["is_hidden"], ["level", "unit"]].itertuples(index=False))
    return suppress_small_units(
        unit_sums(agents), sites_of_teams(agents), min_group=MINIMUM, previously_hidden=[tuple(unit) for unit in hidden]
    )


def two_months(seed: int) -> list[Month]:
    """Draw an organisation's two months, and publish both."""
    first, second = draw_organisation(seed)
    before = published(first)
    return [(first, before), (second, published(second, before))]


@pytest.fixture(scope="module", params=some_every_day(range(0, 300, 30), everyday=[0, 90, 180]))
def organisations(request: pytest.FixtureRequest) -> dict[int, list[Month]]:
    """Thirty organisations of the three hundred, drawn once for all attacks."""
    return {seed: two_months(seed) for seed in range(request.param, request.param + 30)}


def disclosed_headcounts(months: list[Month]) -> list[str]:
    """Name the hidden units whose headcount is known to closer than a group."""
    agents, table = months[0]
    width_limit = MINIMUM - 1e-6
    ranges = headcounts(table, sites_of_teams(agents), width_limit)
    return [f"{unit}: {ends}" for unit, ends in ranges.items() if ends[1] - ends[0] < width_limit]


def disclosed_risks(months: list[Month]) -> list[str]:
    """Name the people, fewer than a group, whose risks add up to something known closer than half a person."""
    attacker = RiskAttacker(months)
    few = [(name, people) for name, people in target_groups(attacker, months) if 0 < people.sum() < MINIMUM]
    groups = [group for n, (_, table) in enumerate(months) for group in published_groups(attacker, n, table)]
    return known_sums(attacker, few, groups, lambda tops, _: tops[:, 1])


def known_sums(
    attacker: SumAttacker,
    few: list[tuple[str, np.ndarray]],
    groups: list[np.ndarray],
    width_of_group: Callable[[np.ndarray, np.ndarray], np.ndarray],
    half_a_person: float = HALF_A_PERSON,
) -> list[str]:
    """Name the few whose sum is known closer than half a person, and closer than that of a published group around them.

    A range as wide as what a group of the smallest size says of all its people says nothing more, however narrow; the
    groups are solved only where some range is narrower than half a person.
    """
    if not few or not groups:
        return []
    ranges = attacker.ranges([people for _, people in few], half_a_person)
    narrow = [(name, people, *ends) for (name, people), ends in zip(few, ranges, strict=True)
              if np.diff(ends) < half_a_person - 1e-6]  # fmt: skip
    if not narrow:
        return []
    widths = width_of_group(attacker.ranges(groups), np.array([group.sum() for group in groups]))
    disclosed = []
    for name, people, low, high in narrow:
        around = [width for group, width in zip(groups, widths, strict=True) if not (people & ~group).any()]
        if high - low < min([half_a_person, *around]) - 1e-6:
            disclosed.append(f"{name}, {people.sum()} people: {low:.2f} to {high:.2f}")
    return disclosed


def target_groups(attacker: RiskAttacker, months: list[Month]) -> list[tuple[str, np.ndarray]]:
    """Return every hidden unit, and all who joined, left or moved together."""
    hidden = [(n, row.level, row.unit) for n, (_, table) in enumerate(months)
              for row in table[table["is_hidden"]].itertuples()]  # fmt: skip
    units = [(f"{level} {unit} of month {n}", attacker.members(n, level, unit)) for n, level, unit in hidden]
    return units + [
        (f"flow {unknown}", attacker.unknown_of_person == unknown) for unknown in range(len(attacker.sizes))
    ]


def published_groups(attacker: RiskAttacker, number: int, table: pd.DataFrame) -> list[np.ndarray]:
    """Return the people of each figure shown in a month, and of what is left of each total; all are groups."""
    shown = [(row.level, row.unit) for row in table[~table["is_hidden"]].itertuples()]
    groups = {unit: attacker.members(number, *unit) for unit in shown}
    rests = []
    for total, people in groups.items():
        parts = [groups[unit] for unit in groups if unit != total and not (groups[unit] & ~people).any()]
        rests.append(people & ~np.any([*parts, np.zeros_like(people)], axis=0))
    assert all(group.sum() >= MINIMUM for group in [*groups.values(), *rests] if group.any())
    return [group for group in [*groups.values(), *rests] if group.any()]


def disclosures(
    attack: Callable[[Organisation], list[str]], organisations: Mapping[int, Organisation]
) -> dict[int, list[str]]:
    return {seed: disclosed for seed, organisation in organisations.items() if (disclosed := attack(organisation))}


def disclosing(
    attack: Callable[[Organisation], list[str]], publish: Callable[[int], Organisation], organisations: int
) -> list[int]:
    """Return the first six organisations (or fewer, if there are no six) of which an attack discloses something.

    Whether more than five do is then known, so the rest are not solved.
    """
    return list(islice((seed for seed in range(organisations) if attack(publish(seed))), 6))


def test_no_headcount_of_a_hidden_group_is_known_closer_than_a_group(organisations: dict[int, list[Month]]) -> None:
    assert disclosures(disclosed_headcounts, organisations) == {}


def test_two_months_do_not_disclose_the_risks_of_fewer_people_than_a_group(
    organisations: dict[int, list[Month]],
) -> None:
    assert disclosures(disclosed_risks, organisations) == {}


def test_without_complementary_suppression_the_attacker_finds_hidden_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure, "_hide_complements", lambda *_: None)
    assert len(disclosing(disclosed_headcounts, two_months, 15)) > 5


def test_without_rounding_the_attacker_reads_joiners_off_two_months(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure, "round_to_whole", lambda rows: rows)
    monkeypatch.setattr("tests.report.attacker.HALF_A_STEP", 1e-6)
    assert len(disclosing(disclosed_risks, two_months, 15)) > 5
