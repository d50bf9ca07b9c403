"""Observed over expected resignations by site, role and tenure band, with 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import chi2

from attrition.labels.outcomes import KEYS
from attrition.model.metrics import LabelledScores, auc

GROUP_COLUMNS = ("site", "job_role", "tenure_band")
MIN_PEOPLE = 50
"""A group of fewer agents is "too few"."""
MIN_EVENTS = 10
"""So is a group with fewer resignations, if fewer are expected as well."""
NOT_STATED = "not stated"
HOLDS, OFF, TOO_FEW = "holds", "off", "too few"
CONFIDENCE = 0.95


def calibration_by_group(
    rows: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    limits: tuple[float, float],
    group_columns: Sequence[str] = GROUP_COLUMNS,
) -> pd.DataFrame:
    """Return a table of observed and expected resignations, one row per group.

    Parameters
    ----------
    rows : DataFrame
        agent_id, as_of, risk, ``resigned`` (1 or 0): agent-months with mature labels at one horizon.
    groups : DataFrame
        agent_id, as_of and the `group_columns`; rows with a null form a group of their own, "not stated".
    limits : (float, float)
        Range in which observed over expected should lie.
    group_columns : sequence of str
        Columns of `groups` whose values are the groups; columns that are not there are skipped.

    Returns
    -------
    DataFrame
        level (the column), unit (its value), people, events (agents who resigned), observed and expected (in
        agent-months), ratio (observed over expected), low, high (95 %), auc, verdict. The verdict is "off" when the
        whole interval lies outside the limits, and "holds" otherwise. It is "too few" for under 50 people, or when both
        the observed and the expected resignations are under 10; ratio, low, high and auc are then null.

    Notes
    -----
    One resignation is the label of every month whose horizon it lies in, so agent-months with the label 1 are not
    independent events. The interval is Garwood's (1936) for a Poisson count. The count is Kish's effective number of
    resignations, (sum c)^2 / sum c^2, where c is the number of agent-months that have one resignation as their label.

    Examples
    --------
    >>> rows = pd.DataFrame({"agent_id": [f"a{n}" for n in range(200)], "as_of": pd.Timestamp("2026-01-31")})
    >>> rows = rows.assign(risk=0.1, resigned=[float(n % 10 == 0 or 100 < n < 140) for n in range(200)])
    >>> groups = rows[KEYS].assign(site=["Foshan"] * 100 + ["Wuhan"] * 100)
    >>> table = calibration_by_group(rows, groups, limits=(0.8, 1.25))
    >>> table[["unit", "events", "ratio", "verdict"]].round(2).values.tolist()
    [['Foshan', 10, 1.0, 'holds'], ['Wuhan', 46, 4.6, 'off']]
    """
    present = [column for column in group_columns if column in groups]
    grouped_rows = rows.merge(groups[[*KEYS, *present]], on=KEYS, how="left", validate="one_to_one")
    months_per_resignation = _mean_months_per_resignation(grouped_rows)
    table = [
        {"level": column, "unit": str(unit)} | _evaluate_group(members, limits, months_per_resignation)
        for column in present
        for unit, members in grouped_rows.groupby(grouped_rows[column].astype(object).fillna(NOT_STATED), sort=True)
    ]
    columns = ["level", "unit", "people", "events", "observed", "expected", "ratio", "low", "high", "auc", "verdict"]
    return pd.DataFrame(table, columns=columns)


def _mean_months_per_resignation(rows: pd.DataFrame) -> float:
    """Return the mean number of agent-months that have the same resignation as their label; 1 without resignations."""
    months = rows[rows["resigned"] == 1].groupby("agent_id").size()
    return float(months.mean()) if len(months) else 1.0


def _evaluate_group(
    rows: pd.DataFrame, limits: tuple[float, float], months_per_resignation: float
) -> dict[str, object]:
    """Return the columns of `calibration_by_group` for one group."""
    observed = rows[rows["resigned"] == 1].groupby("agent_id").size().to_numpy(dtype=float)
    people, expected = rows["agent_id"].nunique(), float(rows["risk"].sum())
    counts = {"people": people, "events": len(observed), "observed": int(observed.sum()), "expected": expected}
    has_enough_events = max(len(observed), expected / months_per_resignation) >= MIN_EVENTS
    if people < MIN_PEOPLE or not has_enough_events:
        no_figures = dict.fromkeys(("ratio", "low", "high", "auc"), np.nan)
        return counts | no_figures | {"verdict": TOO_FEW}
    low, high = _interval(observed, expected, months_per_resignation)
    verdict = HOLDS if low <= limits[1] and high >= limits[0] else OFF
    ratio = float(observed.sum()) / expected
    return counts | {"ratio": ratio, "low": low, "high": high, "auc": _auc(rows), "verdict": verdict}


def _interval(observed: np.ndarray, expected: float, months_per_resignation: float) -> tuple[float, float]:
    """Return the 95 % interval of observed over expected; `observed` holds the agent-months of each resignation."""
    tail = (1 - CONFIDENCE) / 2
    effective_count = observed.sum() ** 2 / (observed**2).sum() if len(observed) else 0.0
    months_per_count = observed.sum() / effective_count if effective_count else months_per_resignation
    low = chi2.ppf(tail, 2 * effective_count) / 2 if effective_count else 0.0
    high = chi2.ppf(1 - tail, 2 * effective_count + 2) / 2
    return float(low * months_per_count / expected), float(high * months_per_count / expected)


def _auc(rows: pd.DataFrame) -> float:
    label, risk = rows["resigned"].to_numpy(dtype=float), rows["risk"].to_numpy(dtype=float)
    return float(auc(LabelledScores(label, risk, rows["agent_id"].to_numpy(), rows["as_of"].to_numpy()))[0])
