"""Somebody who solves the indicators of two months, with the director's means, learns nothing of a few agents."""

from __future__ import annotations

import pandas as pd
import pytest

from attrition.report.figures import indicators
from attrition.report.figures.indicators import HEADCOUNT, indicator_values, ranges_of_one, ratios
from tests.report.test_attacker import MINIMUM, disclosing, disclosures
from tests.report.test_attacker_of_the_centre import (
    NEIGHBOURS,
    NIGHTS,
    PublishedMean,
    Report,
    disclosed_in_values,
    hidden,
    published_means,
    report,
    rounding_step,
)

MEASURE = "adherence"
"""Any indicator: a sum over agents by another, here of their values by their number."""


@pytest.fixture(scope="module")
def reports() -> dict[int, Report]:
    return {seed: report(seed) for seed in range(0, 300, 20)}


def indicator_sums(people: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of a month as `attrition.features.indicators` does, every agent weighing the same."""
    sites = people.groupby("team_id")["site"].agg(lambda sites: sites.dropna().iloc[0] if sites.notna().any() else "")
    parts = [people.assign(level="centre", unit="centre", home="")]
    parts.append(people.dropna(subset="site").assign(level="site", unit=people["site"], home=people["site"]))
    teams = people.dropna(subset="team_id")
    parts.append(teams.assign(level="team", unit=teams["team_id"], home=teams["team_id"].map(sites)))
    keys = ["level", "unit", "home", "as_of"]
    rows = pd.concat(parts, ignore_index=True).groupby(keys, as_index=False)
    values = rows.agg(y=(NIGHTS, "sum"), yy=(NIGHTS, lambda column: (column**2).sum()), x=(NIGHTS, "size"))
    values = values.assign(xy=values["y"], xx=values["x"], clusters=values["x"])
    heads = values.assign(y=0.0, yy=0.0, xy=0.0, indicator=HEADCOUNT)
    return pd.concat([values.assign(indicator=MEASURE), heads], ignore_index=True).rename(columns={"home": "site"})


def shown_of(months: list[pd.DataFrame], units: pd.DataFrame) -> list[tuple[int, PublishedMean]]:
    """Return every value of the indicator that the operations edition of the last month shows, of both months."""
    sums = pd.concat([indicator_sums(month) for month in months], ignore_index=True)
    last = months[-1]["as_of"].iloc[0]
    table = indicator_values(sums, last, min_group=MINIMUM, hidden=hidden(units)).query("indicator == @MEASURE")
    exact = ratios(sums)
    ranges = ranges_of_one(table[["indicator", "as_of"]], exact)
    number = {end: place for place, end in enumerate(NEIGHBOURS)}
    return [
        (number[row.as_of], (str(row.level), str(row.unit), float(row.value), rounding_step(int(row.clusters), one)))
        for row, one in zip(table.itertuples(), ranges, strict=True)
    ]


def disclosed_in_indicators(report: Report) -> list[str]:
    """Solve the indicator of two months' operations editions, jointly with the director's means of the same values."""

    def published_by(months: list[pd.DataFrame]) -> list[tuple[int, PublishedMean]]:
        last = len(months) - 1
        of_director = [(last, mean) for mean in published_means(months[last], report.units[last], months)]
        return shown_of(months, report.units[last]) + of_director

    return disclosed_in_values(report, published_by)


def test_the_indicators_of_operations_disclose_nothing_about_fewer_agents_than_a_group(
    reports: dict[int, Report],
) -> None:
    assert disclosures(disclosed_in_indicators, reports) == {}


def test_some_teams_are_shown_and_some_are_hidden(reports: dict[int, Report]) -> None:
    months = [
        month.assign(as_of=end, **{NIGHTS: month["risk"]})
        for month, end in zip(reports[0].months, NEIGHBOURS, strict=True)
    ]
    levels = [level for _, (level, *_) in shown_of(months, reports[0].units[1])]
    assert 0 < levels.count("team") < sum(month["team_id"].nunique() for month in months)


def test_without_rounding_the_attacker_reads_values_of_few_off_the_indicators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indicators, "round_means", lambda values, people, **_: values)
    monkeypatch.setattr("tests.report.test_attacker_of_operations.rounding_step", lambda *_: 1e-6)
    assert len(disclosing(disclosed_in_indicators, report, 15)) > 5
