"""What each mode withholds of a month: figures of single agents, and whatever gives one back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attrition.report.released import Release, means_of_bands, offers_of_groups, released_month
from tests.score_search import columns_that_order

AS_OF = pd.Timestamp("2026-10-31")
PEOPLE = 60
HEADLINE = 3


@pytest.fixture(scope="module")
def groups() -> pd.DataFrame:
    """Sixty people: 26 and 28 in two sites, and a third with six."""
    site = ["Foshan"] * 26 + ["Wuhan"] * 28 + ["Chengdu"] * 6
    return pd.DataFrame({"agent_id": [f"{n:03}" for n in range(PEOPLE)], "as_of": AS_OF, "site": site})


@pytest.fixture(scope="module")
def tables(groups: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """A month in which everything follows the risk: rank, order of rows, number of drivers, who was chosen for what."""
    risk = np.random.default_rng(1).permutation(np.linspace(0.02, 0.6, PEOPLE))
    agents = groups[["agent_id", "as_of"]].assign(risk=risk, horizon_months=HEADLINE)
    agents = agents.sort_values("risk", ascending=False, ignore_index=True)
    band = pd.cut(agents["risk"], [0, 0.2, 0.4, 1], labels=["low", "high", "very_high"]).astype(str)
    scores = agents.assign(risk_low=risk, risk_high=risk, involuntary_risk=0.1, band=band, abstained=False)
    scores["rank"] = pd.Series(range(1, PEOPLE + 1), dtype="Int64")
    scores = scores.assign(model_name="resignation", model_version="1")
    drivers = pd.concat([_drivers(row) for row in agents.to_dict("records")], ignore_index=True)
    offers = agents.rename(columns={"risk": "risk_before"}).assign(
        intervention="raise", lever="pay", eligible=True, evidence="randomised", expected_saving=risk, cost=100.0
    )
    offers["chosen"] = offers["risk_before"] > 0.3
    counts = groups["site"].value_counts()
    units = [("centre", "centre", PEOPLE), *(("site", site, n) for site, n in counts.items())]
    expected = pd.DataFrame(units, columns=["level", "unit", "headcount"]).assign(
        as_of=AS_OF, horizon_months=HEADLINE, expected=4.4, low=1.2, high=7.7
    )
    view = {"as_of": AS_OF, "family": "pay", "lever": "pay", "topic": "pay", "is_symptom": False, "contribution": 0.123}
    views = pd.DataFrame(
        [
            view | {"grouping": level, "group": unit, "agents": n, "points": 1.234, "typical_risk": 0.1}
            for level, unit, n in units
        ]
    ).assign(typical_risk_of_centre=0.1)
    quality = pd.DataFrame({"table": ["pay"], "rule": ["rows read"], "rows": [9], "share": [1.0], "as_of": [AS_OF]})
    treated = pd.DataFrame({"agent_id": ["001"], "as_of": [AS_OF], "intervention": ["raise"]})
    names = ("scores", "drivers", "recommendations", "expected_leavers", "driver_views", "quality", "treated")
    return dict(zip(names, (scores, drivers, offers, expected, views, quality, treated), strict=True))


def _drivers(agent: dict[str, object]) -> pd.DataFrame:
    """Return four to nine drivers of an agent, more of them the higher the risk."""
    number = 4 + int(float(str(agent["risk"])) * 8)
    topics = [f"t{place}" for place in range(number)]
    size = np.linspace(2.0, 0.5, number) * float(str(agent["risk"]))
    return pd.DataFrame(
        {"topic": topics, "feature": topics, "lever": "pay", "is_symptom": False, "direction": "raises"}
    ).assign(agent_id=agent["agent_id"], as_of=AS_OF, horizon_months=HEADLINE, contribution=size, points=10 * size)


def release(groups: pd.DataFrame, mode: str) -> Release:
    return Release(mode=mode, groups=groups, horizon=HEADLINE, min_group=10)  # type: ignore[arg-type]


def test_nothing_is_withheld_where_figures_may_be_known(groups, tables) -> None:
    assert released_month(tables, release(groups, "individual")) == tables


def test_no_column_order_or_number_of_rows_follows_the_risk_where_only_bands_may_be_known(groups, tables) -> None:
    people = tables["scores"][["agent_id", "band", "risk"]]
    released = released_month(tables, release(groups, "banded"))
    for name in ("scores", "drivers", "recommendations"):
        assert columns_that_order(tables[name], people) != []
        assert columns_that_order(released[name], people) == []
        assert list(tables[name].columns) == list(released[name].columns)
    assert released["scores"].set_index("agent_id")["band"].to_dict() == people.set_index("agent_id")["band"].to_dict()


def test_no_table_of_people_is_left_where_only_groups_may_be_known(groups, tables) -> None:
    released = released_month(tables, release(groups, "group_only"))
    assert [name for name, table in released.items() if "agent_id" in table] == []
    assert released["scored_by"]["model_version"].tolist() == ["1"]
    assert "withheld by the mode group_only" in released["quality"]["rule"].iloc[-1]


def test_a_small_site_and_the_one_that_would_give_it_away_are_withheld(groups, tables) -> None:
    released = released_month(tables, release(groups, "group_only"))
    expected = released["expected_leavers"].set_index("unit")["expected"]
    assert expected.dropna().to_dict() == {"centre": 4.0, "Wuhan": 4.0}
    assert set(released["driver_views"]["group"]) == {"centre", "Wuhan"}
    counts = released["levers"].dropna(subset="raised").set_index("unit")["raised"].to_dict()
    assert set(counts) <= {"centre", "Wuhan"}


def test_a_draw_by_risk_is_one_by_bands_where_risks_are_withheld(tables) -> None:
    means = means_of_bands(tables["scores"])
    assert means.groupby("band")[["risk", "rank"]].nunique().to_numpy().tolist() == [[1, 1]] * 3
    assert means["risk"].sum() == pytest.approx(tables["scores"]["risk"].sum())


def test_a_plan_counts_offers_and_leaves_small_counts_out(groups) -> None:
    offers = groups.assign(intervention="raise", en="a raise", zh="加薪", lever="pay", cost=100.0)
    counts = offers_of_groups(offers, 10)
    assert counts[["site", "offers", "cost"]].to_numpy().tolist() == [["Wuhan", 28, 2800.0]]
