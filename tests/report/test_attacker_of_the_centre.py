"""Somebody who solves the director's tables together with the others learns nothing of fewer people than a group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pytest

from attrition.report import disclosure, rounding
from attrition.report.disclosure import LOWEST_MIN_GROUP, parts_to_hide
from attrition.report.figures import funnel, market
from attrition.report.figures.funnel import Funnel
from attrition.report.figures.teams import team_means
from attrition.report.figures.workload import workload
from attrition.report.rounding import round_mean
from tests.everyday import some_every_day
from tests.report.attacker import SumAttacker, shown
from tests.report.organisations import draw_organisation
from tests.report.sample_inputs import WORKLOAD
from tests.report.sample_month import FEATURES as MONTHLY_FEATURES
from tests.report.test_attacker import HALF_A_PERSON, MINIMUM, disclosing, disclosures, known_sums, published

MONTHS = pd.to_datetime(["2026-07-31", "2026-10-31"])
NEIGHBOURS = pd.to_datetime(["2026-09-30", "2026-10-31"])
NIGHTS = "schedule_night_share_3m"
FEATURES = (*MONTHLY_FEATURES, *WORKLOAD)
BANDS = ["0-30 days", "31-90 days", "91-180 days", "181-365 days", "1-2 years", "2 years and more"]
LEVELS = {"site": "site", "team": "team_id", "tenure": "tenure_band"}
PublishedMean = tuple[str, str, float, float]
"""Level and unit, the mean as shown, and the step by which it was rounded."""


@dataclass(frozen=True, eq=False)
class Report:
    """An organisation's two months, the units published of both, and the funnel of both as windows."""

    seed: int
    months: list[pd.DataFrame]
    units: list[pd.DataFrame]

    @cached_property
    def funnel(self) -> Funnel | None:
        """The funnel as published with the second month; two of the attacks do not read it."""
        past_scores = pd.concat(self.months, ignore_index=True)
        return funnel.funnel(past_scores, horizon=3, min_group=MINIMUM, hidden=hidden(self.units[1]))

    @cached_property
    def names(self) -> list[str]:
        """All who worked there in either month."""
        return sorted({name for month in self.months for name in month["agent_id"]})

    @cached_property
    def at(self) -> list[pd.DataFrame]:
        """Each month with a row for everybody, empty for those who did not work there."""
        return [month.set_index("agent_id").reindex(self.names) for month in self.months]

    @cached_property
    def places(self) -> list[dict[str, np.ndarray]]:
        """Where each of them was in each month."""
        return [places_of(month) for month in self.at]

    @cached_property
    def inside(self) -> list[np.ndarray]:
        """Who of them worked there in each month."""
        return [month["risk"].notna().to_numpy() for month in self.at]


def two_months(seed: int) -> list[pd.DataFrame]:
    """Draw an organisation's two months, with resignations, tenure bands and pay against the market."""
    rng = np.random.default_rng(seed + 10_000)
    drawn = draw_organisation(seed)
    months = []
    names = sorted({name for month in drawn for name in month["agent_id"]})
    band = pd.Series(rng.choice(BANDS, len(names), p=rng.dirichlet(np.ones(6))), names)
    ratio = pd.Series(rng.normal(0.98, 0.05, len(names)), names)
    for as_of, month in zip(MONTHS, drawn, strict=True):
        months.append(
            month.assign(
                as_of=as_of,
                resigned=(rng.random(len(month)) < month["risk"]).astype(float),
                tenure_band=month["agent_id"].map(band),
                **{market.RATIO: month["agent_id"].map(ratio)},
            )
        )
    return months


def hidden(table: pd.DataFrame) -> set[tuple[str, str]]:
    rows = table[table["is_hidden"]]
    return set(zip(rows["level"], rows["unit"], strict=True))


def report(seed: int) -> Report:
    """Publish the units of both months."""
    months = two_months(seed)
    first = published(months[0])
    return Report(seed, months, [first, published(months[1], first)])


@pytest.fixture(scope="module", params=some_every_day(range(0, 300, 60), everyday=[0, 120]))
def reports(request: pytest.FixtureRequest) -> dict[int, Report]:
    """The reports of thirty organisations of the three hundred, drawn once for all attacks."""
    return {seed: report(seed) for seed in range(request.param, request.param + 30)}


def places_of(people: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the columns of `LEVELS`, which are compared with the name of a unit many times."""
    return {level: people[column].to_numpy(dtype=object) for level, column in LEVELS.items()}


def members(places: Mapping[str, np.ndarray], level: str, unit: object) -> np.ndarray:
    return np.ones(len(places["site"]), bool) if level == "centre" else places[level] == unit


def disclosed(
    attacker: SumAttacker,
    targets: list[tuple[str, np.ndarray]],
    groups: list[np.ndarray],
    names: np.ndarray,
    scale: float = 1.0,
) -> list[str]:
    """Name the few whose sum is known closer than half a person, and closer than that of a published group."""
    few = [(name, people) for name, people in targets if 0 < len(set(names[people])) < MINIMUM]
    return known_sums(attacker, few, groups, distance_from_none_or_all, scale * HALF_A_PERSON)


def distance_from_none_or_all(ranges: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return how far the number of people with a property lies at least from none, or from all, of a group.

    Where it is near none or all, the published number itself says nearly as much about each of its people.
    """
    return np.minimum(ranges[:, 1], sizes - ranges[:, 0])


def rests(groups: dict[tuple[str, str], np.ndarray]) -> list[np.ndarray]:
    """Return the published groups, and what is left of each that holds others."""
    published_groups = list(groups.values())
    for whole in groups.values():
        parts = [part for part in groups.values() if part is not whole and not (part & ~whole).any()]
        published_groups.append(whole & ~np.any([*parts, np.zeros_like(whole)], axis=0))
    return [group for group in published_groups if group.any()]


def disclosed_in_funnel_and_units(report: Report) -> list[str]:
    """Solve the expected numbers of two months' units and of the funnel over both; the same risk in all."""
    units, table, at, inside = report.units, report.funnel, report.places, report.inside
    if table is None:
        return []
    places = pd.concat([month[["site", "team_id"]].add_suffix(str(n)) for n, month in enumerate(report.at)], axis=1)
    places = places.assign(first=inside[0], second=inside[1])
    cells, published_groups = [], []
    for number, published_units in enumerate(units):
        groups = {}
        for cell in shown(published_units):
            people = members(at[number], str(cell["level"]), cell["unit"]) & inside[number]
            cells.append((people.astype(float), float(str(cell["expected"])), 0.5))
            groups[str(cell["level"]), str(cell["unit"])] = people
        published_groups += rests(groups)
    for cell in shown(table.units):
        both = sum(
            (members(month, str(cell["level"]), cell["unit"]) & there).astype(float)
            for month, there in zip(at, inside, strict=True)
        )
        cells.append((np.asarray(both), float(str(cell["expected"])), 0.5))
    if not cells:
        return []
    attacker = SumAttacker(places, cells)
    targets = [
        (f"{level} {unit} of month {n}", members(at[n], level, unit) & inside[n])
        for n, table_of in enumerate(units)
        for level, unit in sorted(hidden(table_of))
    ]
    flows = [("flow", people) for people in attacker.indistinguishable_groups(MINIMUM)]
    return disclosed(attacker, targets + flows, published_groups, np.array(report.names))


def disclosed_in_resigned(report: Report) -> list[str]:
    """Solve how many of few people resigned, in a window or in both, from the funnel's exact numbers."""
    months, table = report.months, report.funnel
    if table is None:
        return []
    people = pd.concat(months, ignore_index=True)
    places, rows = places_of(people), shown(table.units)
    groups = {(str(row["level"]), str(row["unit"])): members(places, str(row["level"]), row["unit"]) for row in rows}
    cells = [(groups[str(row["level"]), str(row["unit"])].astype(float), float(str(row["resigned"])), 0.0)
             for row in rows]  # fmt: skip
    if not cells:
        return []
    attacker = SumAttacker(people[["site", "team_id", "as_of"]], cells)
    targets = []
    for level, unit in sorted(hidden(table.units)):
        there = members(places, level, unit)
        targets.append((f"{level} {unit} in both", there))
        targets += [(f"{level} {unit} in {end:%Y-%m}", there & (people["as_of"] == end).to_numpy()) for end in MONTHS]
    return disclosed(attacker, targets, rests(groups), people["agent_id"].to_numpy())


def disclosed_in_market(report: Report) -> list[str]:
    """Solve who is paid below the market, from shares by site and by tenure band in two months."""
    months, units, at = report.months, report.units, report.places
    columns = [month[["site", "team_id", "tenure_band"]].add_suffix(str(n)) for n, month in enumerate(report.at)]
    cells, published_groups, targets = [], [], []
    for number, month in enumerate(months):
        table = market.market(month, MONTHS[number].date(), min_group=MINIMUM, hidden=hidden(units[number]))
        inside = report.inside[number]
        groups = {}
        for row in table.to_dict("records"):
            people = members(at[number], row["by"], row["group"]) & inside
            if row["is_hidden"]:
                targets.append((f"{row['by']} {row['group']} of month {number}", people))
                continue
            heads = float(people.sum())
            cells.append((people.astype(float), row["below"] * heads, rounding.COUNT_STEP / 2))
            groups[row["by"], row["group"]] = people
        published_groups += rests({unit: people for unit, people in groups.items() if unit[0] != "tenure"})
        published_groups += rests({unit: people for unit, people in groups.items() if unit[0] != "site"})
        pairs = month[["site", "tenure_band"]].dropna().drop_duplicates()
        for site, band in sorted(zip(pairs["site"], pairs["tenure_band"], strict=True)):
            people = members(at[number], "site", site) & members(at[number], "tenure", band) & inside
            targets.append((f"{band} in {site} of month {number}", people))
    if not cells:
        return []
    attacker = SumAttacker(pd.concat(columns, axis=1), cells)
    flows = [("flow", people) for people in attacker.indistinguishable_groups(MINIMUM)]
    return disclosed(attacker, targets + flows, published_groups, np.array(report.names))


def disclosed_in_means(report: Report) -> list[str]:
    """Solve for people's own values from the means of centre, sites and teams in two months; values do not change."""

    def published_by(months: list[pd.DataFrame]) -> list[tuple[int, PublishedMean]]:
        last = len(months) - 1
        return [(last, mean) for mean in published_means(months[last], report.units[last], months)]

    return disclosed_in_values(report, published_by)


def disclosed_in_values(
    report: Report, published_by: Callable[[list[pd.DataFrame]], list[tuple[int, PublishedMean]]]
) -> list[str]:
    """Solve for people's own values from the means that both months' reports show; values do not change.

    `published_by` gets the months so far, with each agent's value as `NIGHTS`, and returns what the report of the last
    of them shows of which month. Within one standard deviation of the values counts as known: means are rounded to hide
    one person by two.
    """
    units, names, at, inside = report.units, report.names, report.places, report.inside
    months = [month.assign(as_of=end) for month, end in zip(report.months, NEIGHBOURS, strict=True)]
    rng = np.random.default_rng(report.seed + 20_000)
    values = pd.Series(rng.beta(2.0, 6.0, len(names)), names)
    months = [month.assign(**{NIGHTS: month["agent_id"].map(values)}) for month in months]
    cells, published_groups = [], []
    for last in range(len(months)):
        groups: dict[int, dict[tuple[str, str], np.ndarray]] = {}
        for number, (level, unit, mean, step) in published_by(months[: last + 1]):
            people = members(at[number], level, unit) & inside[number]
            cells.append((people.astype(float), mean * people.sum(), step * people.sum() / 2))
            groups.setdefault(number, {})[level, unit] = people
        published_groups += [group for of_month in groups.values() for group in rests(of_month)]
    if not cells:
        return []
    columns = [month[["site", "team_id"]].add_suffix(str(n)) for n, month in enumerate(report.at)]
    attacker = SumAttacker(pd.concat(columns, axis=1), cells)
    targets = [
        (f"{level} {unit} of month {n}", members(at[n], level, unit) & inside[n])
        for n, table in enumerate(units)
        for level, unit in sorted(hidden(table))
    ]
    scale = values.std() / HALF_A_PERSON
    return disclosed(
        attacker,
        targets + [("flow", people) for people in attacker.indistinguishable_groups(MINIMUM)],
        published_groups,
        np.array(names),
        scale,
    )


def published_means(month: pd.DataFrame, units: pd.DataFrame, so_far: list[pd.DataFrame]) -> list[PublishedMean]:
    """Return every mean that a month's report may show, level and unit first, and its rounding step."""
    declared = {feature.name: feature for feature in FEATURES}
    table = workload(
        pd.concat(so_far), declared, month["as_of"].iloc[0].date(), min_group=MINIMUM, hidden=hidden(units)
    )
    means_by_unit = []
    for site, mean in zip(table["site"], table["now"], strict=True):
        people = len(month) if site == "" else int((month["site"] == site).sum())
        if not np.isnan(mean):
            means_by_unit.append(("site" if site else "centre", site, mean, rounding_step(people, 1.0)))
    teams = set(units.loc[(units["level"] == "team") & ~units["is_hidden"].astype(bool), "unit"])
    rows = month[month["team_id"].isin(teams)]
    if rows.empty:
        return means_by_unit
    means, counts = team_means(rows, [NIGHTS], min_group=MINIMUM)[NIGHTS], rows["team_id"].value_counts()
    spread = 2 * rows[NIGHTS].std()
    return means_by_unit + [
        ("team", str(team), mean, rounding_step(counts[team], spread)) for team, mean in means.dropna().items()
    ]


def rounding_step(people: int, range_of_one: float) -> float:
    """Return the step by which means over `people` are rounded; the attacker knows how it is chosen."""
    return rounding._round_step(range_of_one / people)


ATTACKS: list[Callable[[Report], list[str]]] = [
    *(disclosed_in_funnel_and_units, disclosed_in_resigned),
    *(disclosed_in_market, disclosed_in_means),
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_director_s_tables_do_not_disclose_anything_about_fewer_people_than_a_group(
    attack: Callable[[Report], list[str]], reports: dict[int, Report]
) -> None:
    assert disclosures(attack, reports) == {}


def test_without_complementary_suppression_the_attacker_counts_resignations_of_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(disclosure, "_hide_complements", lambda *_: None)
    assert len(disclosing(disclosed_in_resigned, report, 40)) > 5


def test_without_rounding_the_attacker_reads_pay_of_few_off_two_months(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounding, "COUNT_STEP", 1e-6)
    assert len(disclosing(disclosed_in_market, report, 40)) > 5


def test_without_rounding_the_attacker_reads_values_of_few_off_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounding, "_round_step", lambda min_step: min_step / 1000)
    assert len(disclosing(disclosed_in_means, report, 15)) > 5


def test_counts_that_add_up_to_something_known_do_not_disclose_a_small_one() -> None:
    for seed in range(300):
        rng = np.random.default_rng(seed)
        counts = {f"p{n}": int(count) for n, count in enumerate(rng.integers(1, 30, rng.integers(1, 8)))}
        hidden_names = parts_to_hide(counts, MINIMUM)
        assert all(counts[name] >= MINIMUM for name in counts.keys() - hidden_names)
        unseen = sum(counts[name] for name in hidden_names)
        assert not hidden_names or unseen >= MINIMUM or unseen == sum(counts.values())
        small = [counts[name] for name in hidden_names if counts[name] < MINIMUM]
        assert unseen == sum(counts.values()) or all(unseen - count >= LOWEST_MIN_GROUP for count in small)


@pytest.mark.parametrize("people", [10, 37, 120, 515])
def test_a_rounded_share_leaves_a_person_s_answer_open(people: int) -> None:
    shares = {round_mean(yes / people, people, range_of_one=1.0) for yes in range(people + 1)}
    assert len(shares) <= people + 1
    assert min(np.diff(sorted(shares))) * people >= 1.0 - 1e-9
