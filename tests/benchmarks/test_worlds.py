"""The benchmark on worlds: figures against the truth that can be checked by head, and all of them on a small centre."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from worlds_figures import level, order, ranges
from worlds_figures.measure import measure_centre
from worlds_figures.noise_free import reachable_fit, same_form_fit
from worlds_figures.page import SECTIONS, worlds_page
from worlds_figures.truth import at_level, in_force

from attrition.model.spec import Trees
from attrition.runs import Runs
from tests.centres import copy_with_panel

day = pd.to_datetime


def truth(risk: list[float], *, resigned: list[float] | None = None) -> pd.DataFrame:
    """Return agent-months of one month whose true risks at 3 months are given."""
    size = len(risk)
    table = pd.DataFrame({"agent_id": [f"{n}" for n in range(size)], "as_of": [day("2026-01-31")] * size})
    return table.assign(risk_3=risk, in_force_3=risk, in_force_1=0.02, resigned_3=resigned or [0.0] * size)


def agent_months(agent: list[str], month: list[str], left: list[str | None]) -> pd.DataFrame:
    table = pd.DataFrame({"agent_id": agent, "as_of": day(month), "left_on": day(pd.Series(left))})
    return table.assign(hazard=0.1, competing_hazard=0.0)


def test_hazards_count_only_while_an_agent_is_there() -> None:
    months = ["2026-01-31", "2026-02-28", "2026-01-31"]
    table = agent_months(["stays", "stays", "leaves"], months, [None, None, "2026-02-10"])
    monthly = -np.expm1(-0.1)
    assert in_force(table, 2) == pytest.approx([2 * monthly, monthly, monthly])


def test_hazards_of_a_second_employment_are_not_those_of_the_first() -> None:
    table = agent_months(["a", "a"], ["2026-01-31", "2026-03-31"], ["2026-02-10", None])
    assert in_force(table, 6) == pytest.approx([-np.expm1(-0.1)] * 2)


def test_true_risks_have_the_mean_of_the_hazards_in_force() -> None:
    columns = {f"oracle_{horizon}m": [0.1, 0.3] for horizon in (1, 3, 6)}
    columns |= {f"in_force_{horizon}": [0.4, 0.0] for horizon in (1, 3, 6)}
    assert at_level(pd.DataFrame(columns))["risk_3"].tolist() == pytest.approx([0.1, 0.3])
    assert at_level(pd.DataFrame(columns | {"in_force_3": [0.8, 0.0]}))["risk_3"].tolist() == pytest.approx([0.2, 0.6])


def test_the_true_risks_themselves_have_no_error() -> None:
    risk = np.linspace(0.01, 0.3, 50)
    figures = level.level_figures(risk, truth(risk.tolist()), 3)
    assert figures["predicted over true"] == pytest.approx(1)
    assert figures["calibration error"] == pytest.approx(0, abs=1e-9)
    assert figures["calibration slope"] == pytest.approx(1)


def test_risks_twice_as_high_as_the_true_ones_are_twice_too_high() -> None:
    risk = np.linspace(0.01, 0.3, 50)
    figures = level.level_figures(2 * risk, truth(risk.tolist(), resigned=[1.0] * 5 + [0.0] * 45), 3)
    assert figures["predicted over true"] == pytest.approx(2)
    assert figures["observed over expected"] == pytest.approx(0.1 / (2 * risk.mean()))
    assert figures["calibration error"] == pytest.approx(risk.mean())


def test_the_calibration_error_is_read_in_proportion_to_the_rate() -> None:
    table = truth([0.1] * 10).assign(in_force_1=0.04)
    figures = level.level_figures(np.full(10, 0.12), table, 3)
    assert figures["calibration error at the usual rate"] == pytest.approx(0.01)


def test_lift_is_the_true_risk_of_the_top_tenth_over_that_of_all() -> None:
    true = [0.1] * 9 + [1.1]
    figures = order.lift_figures(np.arange(10.0), -np.arange(10.0), truth(true), 3)
    assert figures["lift"] == pytest.approx(5.5)
    assert figures["reachable lift"] == pytest.approx(0.5)
    assert figures["oracle's lift"] == pytest.approx(5.5)


def test_the_top_tenth_is_taken_of_each_month() -> None:
    month = pd.Series(["january"] * 10 + ["february"] * 20)
    assert order.is_top(np.arange(30.0), month).nonzero()[0].tolist() == [9, 28, 29]


def test_ranges_of_risks_cover_by_rows_and_in_the_top_tenth() -> None:
    table = pd.DataFrame({"risk": np.linspace(0.1, 0.2, 10), "risk_low": 0.0, "risk_high": 0.15})
    figures = ranges.risk_range_figures(table, truth([0.1] * 8 + [0.2] * 2), 3)
    assert figures == {"risks within range": 0.8, "top tenth within range": 0.0}


def test_ranges_of_counts_cover_by_level() -> None:
    table = truth([0.1] * 4, resigned=[1.0, 0.0, 1.0, 1.0])
    groups = table[["agent_id", "as_of"]].assign(site=["x", "x", "y", "y"], team_id=["1", "2", "3", "4"])
    units = [("centre", "centre", 0, 3), ("site", "x", 0, 0), ("site", "y", 0, 3)]
    units += [("team", team, 0, 1) for team in "1234"]
    expected = pd.DataFrame(units, columns=["level", "unit", "low", "high"])
    expected = expected.assign(as_of=day("2026-01-31"), horizon_months=3, expected=[6.0] + [1.0] * 6)
    figures = ranges.count_range_figures(expected, groups, table, 3)
    assert [figures[f"{name} within range"] for name in ranges.LEVELS] == [1.0, 0.5, 1.0]
    assert figures["centre within range, 5 or more expected"] == 1.0
    assert np.isnan(figures["team within range, 5 or more expected"])


def test_noise_free_fits_order_as_the_truth_and_keep_directions() -> None:
    rng = np.random.default_rng(0)
    X = rng.uniform(size=(2000, 3))
    log_odds = 2 * X[:, 1] - X[:, 2]
    reachable = reachable_fit(X, log_odds, Trees())
    assert np.corrcoef(reachable.predict(X), log_odds)[0, 1] > 0.98
    form = same_form_fit(X, log_odds, Trees(), constraints=[0, 0, 1], baseline=[0])
    line = np.column_stack([np.full(50, 0.5), np.full(50, 0.5), np.linspace(0, 1, 50)])
    assert (np.diff(sum(booster.predict(line) for booster in form)) >= -1e-9).all()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small centre whose model may learn from three mature months, since its first fit is after ten months."""
    folder = copy_with_panel(tmp_path_factory)
    specification = folder / "models" / "resignation.toml"
    text = specification.read_text(encoding="utf-8")
    assert "minimum_training_months = 6" in text
    text = text.replace("minimum_training_months = 6", "minimum_training_months = 3")
    specification.write_text(text, encoding="utf-8")
    return folder


def test_a_centre_has_every_figure_of_the_page(workspace: Path) -> None:
    figures = measure_centre(workspace, Runs(workspace).read_panel(), months_per_fit=6)
    measured = set(figures[["figure", "horizon"]].itertuples(index=False, name=None))
    assert measured >= {column for columns in SECTIONS.values() for column in columns.values()}
    page = worlds_page(figures.assign(world="thresholds", seed=3))
    assert page.count("| thresholds |") == len(SECTIONS)
