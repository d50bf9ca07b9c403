"""Units beyond chance: limits that hold what they say, and only what may be shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from attrition.report.figures.funnel import INNER, OUTER, control_limit, funnel
from attrition.report.figures.month_figures import MonthFigures
from attrition.report.formatter import Formatter
from attrition.report.sections.funnel import SECTION
from attrition.report.translations import translations

MONTHS = pd.to_datetime(["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"])


def past_scores(resigned_of_z: float = 0.2, *, people: int = 40) -> pd.DataFrame:
    """Teams of one risk: one in which more resigned, and a small one."""
    rows = [("A", 0.2)] * people + [("Z", resigned_of_z)] * people + [("B", 0.2)] * people + [("C", 0.2)] * 4
    table = pd.DataFrame(rows, columns=["team_id", "share"]).assign(site="S", risk=0.2)
    place = table.groupby("team_id").cumcount() / table.groupby("team_id")["share"].transform("size")
    table = table.assign(resigned=(place < table["share"]).astype(float))
    table = table.assign(agent_id=[f"a{n}" for n in range(len(table))])
    return pd.concat([table.assign(as_of=month) for month in MONTHS], ignore_index=True)


def results(table: pd.DataFrame, **more: object) -> dict[str, str]:
    plot = funnel(table, horizon=3, min_group=10, **more)  # type: ignore[arg-type]
    assert plot is not None
    return dict(zip(plot.units["unit"], plot.units["result"], strict=True))


@pytest.mark.parametrize("expected", [4.0, 15.0, 120.0])
@pytest.mark.parametrize("error", [0.0, 0.1])
def test_the_limits_hold_the_share_of_numbers_they_name(expected: float, error: float) -> None:
    rng = np.random.default_rng(4)
    level = rng.gamma(1 / error**2, error**2, 200_000) if error else 1.0
    ratios = rng.poisson(expected * level, 200_000) / expected
    for share in (INNER, OUTER):
        low, high = (control_limit(expected, error, 0.5 + side * share / 2) for side in (-1, 1))
        outside = ((ratios < low) | (ratios > high)).mean()
        largest_step = poisson(expected).pmf(int(expected * high)) + poisson(expected).pmf(int(expected * low))
        assert abs(outside - (1 - share)) <= largest_step + 0.002


def test_a_unit_far_above_and_one_as_expected() -> None:
    result_of = results(past_scores(0.6))
    assert result_of["Z"] == "far_higher"
    assert result_of["B"] == "within"


def test_windows_lie_a_horizon_apart_so_that_no_resignation_counts_twice() -> None:
    plot = funnel(past_scores(), horizon=3, min_group=10)
    assert plot is not None
    assert [f"{end:%m}" for end in plot.windows] == ["01", "04"]
    whole = plot.units.iloc[0]
    assert (whole["unit"], whole["resigned"]) == ("centre", 2 * 25)


def test_a_small_team_is_hidden_with_what_would_give_it_away() -> None:
    plot = funnel(past_scores(), horizon=3, min_group=10)
    assert plot is not None
    hidden = plot.units[plot.units["is_hidden"]]
    assert hidden["unit"].tolist() == ["A", "C"]
    assert hidden[["expected", "resigned", "ratio", "low", "high"]].isna().all(axis=None)


def test_what_the_units_table_hides_stays_hidden() -> None:
    plot = funnel(past_scores(), horizon=3, min_group=10, hidden={("team", "Z")})
    assert plot is not None
    assert {"C", "Z"} <= set(plot.units.loc[plot.units["is_hidden"], "unit"])


def test_a_team_that_was_small_in_one_window_is_hidden_in_all() -> None:
    table = past_scores()
    shrunk = table[~((table["as_of"] == MONTHS[0]) & (table["team_id"] == "B") & (table.index % 8 != 0))]
    plot = funnel(shrunk, horizon=3, min_group=10)
    assert plot is not None
    assert "B" in plot.units.loc[plot.units["is_hidden"], "unit"].tolist()


def test_everything_shown_follows_from_whole_numbers() -> None:
    plot = funnel(past_scores(people=43), horizon=3, min_group=10)
    assert plot is not None
    shown = plot.units.dropna(subset="ratio")
    assert (shown["expected"] % 1 == 0).all()
    assert shown["ratio"].to_numpy() == pytest.approx((shown["resigned"] / shown["expected"]).to_numpy())


def test_units_with_few_expected_are_not_compared() -> None:
    table = past_scores().assign(risk=0.02)
    assert results(table)["B"] == "few"


def test_there_is_no_plot_without_past_months_or_in_a_small_centre() -> None:
    assert funnel(past_scores().head(0), horizon=3, min_group=10) is None
    assert funnel(past_scores().groupby("as_of").head(8), horizon=3, min_group=10) is None


def test_the_sentence_names_the_units_beyond_chance_and_which_way(month: MonthFigures) -> None:
    formatter = Formatter(translations("en"), "CNY")
    sentences = {}
    for share in (0.2, 0.6):
        inputs = replace(month.inputs, past_scores=past_scores(share), min_group=10)
        (sentences[share],) = SECTION.glances(replace(month, inputs=inputs), formatter)
    assert "beyond the 99.8% limits of chance: Z (higher)" in sentences[0.6]
    assert sentences[0.2].startswith("None of the")
