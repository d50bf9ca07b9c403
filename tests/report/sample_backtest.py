"""A backtest drawn up by hand: agents with known risks in a few months, and who then resigned."""

from __future__ import annotations

import numpy as np
import pandas as pd

from attrition.model.spec import Spec
from attrition.predict import backtest_figures as figures
from attrition.predict.expected import expected_leavers
from attrition.predict.range_coverage import range_coverage
from attrition.report.backtest_inputs import BacktestInputs
from attrition.report.figures.track_record import calibration_groups, track_record

SPEC = Spec(name="resignation", horizons=(3,))
DRAWS = 50


def scores(*, months: int = 6, agents: int = 400, skill: float = 1.5, level: float = 1.0, later: float = 1.0):
    """Return scores at 3 months: log-odds with this skill, risks off by a factor, and off by another one later."""
    draw = np.random.default_rng(4)
    month_ends = np.repeat(pd.date_range("2025-01-31", periods=months, freq="ME"), agents)
    margin = draw.normal(size=months * agents)
    truth = 1 / (1 + np.exp(2.2 - skill * margin))
    off = np.where(month_ends >= np.sort(np.unique(month_ends))[months // 2], later, 1.0) / level
    names = np.tile([f"A{number:03d}" for number in range(agents)], months)
    return pd.DataFrame(
        {
            "agent_id": names,
            "as_of": month_ends,
            "horizon_months": 3,
            "fitted_at": pd.Timestamp("2024-12-31"),
            "risk": np.clip(truth * off, 0, 0.99),
            "resigned": (draw.random(months * agents) < truth).astype(float),
        }
    )


def baselines(rows: pd.DataFrame, **models: np.ndarray) -> pd.DataFrame:
    """Return the risks of baselines on the same rows."""
    keys = rows[["agent_id", "as_of"]]
    return pd.concat([keys.assign(model=name, risk=risk) for name, risk in models.items()], ignore_index=True)


def outcomes(rows: pd.DataFrame) -> pd.DataFrame:
    """Return outcomes in which those who resigned left a month after the month-end."""
    left = (rows["as_of"] + pd.Timedelta(days=30)).where(rows["resigned"] == 1)
    kind = left.notna().map({True: "voluntary", False: None})
    return rows[["agent_id", "as_of"]].assign(exit_kind=kind, left_on=left, known_on=left)


def backtest_inputs(rows: pd.DataFrame, others: pd.DataFrame) -> BacktestInputs:
    """Return the figures of a backtest of these scores."""
    happened, known_at = outcomes(rows), rows["as_of"].max() + pd.DateOffset(months=4)
    expected = expected_leavers(rows, rows[["agent_id", "as_of"]])
    return BacktestInputs(
        site="Foshan",
        horizon=3,
        capacity_share=0.1,
        level_limits=(0.8, 1.25),
        people=figures.count_people(rows),
        gains=figures.gains_over_baselines(rows, others, spec=SPEC, draws=DRAWS),
        level=figures.level_by_horizon(rows, spec=SPEC, draws=DRAWS),
        origins=figures.figures_by_origin(rows, spec=SPEC, draws=DRAWS),
        change=figures.change_between_halves(rows, spec=SPEC, draws=DRAWS),
        captured=figures.captured_shares(rows, others, spec=SPEC),
        history=track_record(rows, happened, horizon=3, flagged_share=0.1, known_at=known_at),
        ranges=range_coverage(expected, rows, rows[["agent_id", "as_of"]]),
        calibration=calibration_groups(rows, happened, horizon=3, known_at=known_at),
        lift={"value": 2.5, "low": 2.1, "high": 2.9},
        lead={"last_listed_share": 0.3, "last_by_chance_share": 0.1},
    )
