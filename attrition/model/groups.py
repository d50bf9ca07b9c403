"""Observed over expected resignations by site, role and band of tenure, with intervals that allow for chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import chi2

from attrition.labels.outcomes import KEYS
from attrition.model.metrics import LabelledScores, auc

GROUP_COLUMNS = ("site", "job_role", "tenure_band")
FEWEST_PEOPLE = 50
FEWEST_EVENTS = 10
NOT_STATED = "not stated"
HOLDS, OFF, TOO_FEW = "holds", "off", "too few"
CONFIDENCE = 0.95


def calibration_by_group(
    rows: pd.DataFrame, groups: pd.DataFrame, *, limits: tuple[float, float], levels: Sequence[str] = GROUP_COLUMNS
) -> pd.DataFrame:
    """Return observed and expected resignations by group.

    Parameters
    ----------
    rows : DataFrame
        agent_id, as_of, risk, ``resigned`` (1 or 0): agent-months with mature labels at one horizon.
    groups : DataFrame
        agent_id, as_of and the `levels` as columns; a null is a group of its own, "not stated".
    limits : (float, float)
        Range in which observed over expected should lie.
    levels : sequence of str
        Columns of `groups` to break down by; those that are not there are skipped.

    Returns
    -------
    DataFrame
        level, unit, people, events (agents who resigned), observed and expected (agent-months), ratio, low, high
        (95 %), auc, verdict. The verdict is "off" when the whole interval lies outside the limits, "holds" when it
        does not, and "too few" for under 50 people, or under 10 resignations both observed and expected; the figures
        of such a group are null.

    Notes
    -----
    One resignation is the label of every month whose horizon it lies in, so agent-months are not counts. The interval
    is Garwood's (1936) for a Poisson count, of Kish's effective number of resignations: (sum c)^2 / sum c^2, where c
    is the number of agent-months with one resignation as their label.

    Examples
    --------
    >>> rows = pd.DataFrame({"agent_id": [f"a{n}" for n in range(200)], "as_of": pd.Timestamp("2026-01-31")})
    >>> rows = rows.assign(risk=0.1, resigned=[float(n % 10 == 0 or 100 < n < 140) for n in range(200)])
    >>> groups = rows[KEYS].assign(site=["Foshan"] * 100 + ["Wuhan"] * 100)
    >>> table = calibration_by_group(rows, groups, limits=(0.8, 1.25))
    >>> table[["unit", "events", "ratio", "verdict"]].round(2).values.tolist()
    [['Foshan', 10, 1.0, 'holds'], ['Wuhan', 46, 4.6, 'off']]
    """
    present = [level for level in levels if level in groups]
    both = rows.merge(groups[[*KEYS, *present]], on=KEYS, how="left", validate="one_to_one")
    per_resignation = _per_resignation(both)
    table = [
        {"level": level, "unit": str(unit)} | _evaluate(part, limits, per_resignation)
        for level in present
        for unit, part in both.groupby(both[level].astype(object).fillna(NOT_STATED), sort=True)
    ]
    columns = ["level", "unit", "people", "events", "observed", "expected", "ratio", "low", "high", "auc", "verdict"]
    return pd.DataFrame(table, columns=columns)


def _per_resignation(rows: pd.DataFrame) -> float:
    """Return the mean number of agent-months that have one resignation as their label."""
    months = rows[rows["resigned"] == 1].groupby("agent_id").size()
    return float(months.mean()) if len(months) else 1.0


def _evaluate(rows: pd.DataFrame, limits: tuple[float, float], per_resignation: float) -> dict[str, object]:
    """Return the figures of one group."""
    observed = rows[rows["resigned"] == 1].groupby("agent_id").size().to_numpy(dtype=float)
    people, expected = rows["agent_id"].nunique(), float(rows["risk"].sum())
    counts = {"people": people, "events": len(observed), "observed": int(observed.sum()), "expected": expected}
    enough = max(len(observed), expected / per_resignation) >= FEWEST_EVENTS
    if people < FEWEST_PEOPLE or not enough:
        nothing = dict.fromkeys(("ratio", "low", "high", "auc"), np.nan)
        return counts | nothing | {"verdict": TOO_FEW}
    low, high = _interval(observed, expected, per_resignation)
    verdict = HOLDS if low <= limits[1] and high >= limits[0] else OFF
    ratio = float(observed.sum()) / expected
    return counts | {"ratio": ratio, "low": low, "high": high, "auc": _auc(rows), "verdict": verdict}


def _interval(observed: np.ndarray, expected: float, per_resignation: float) -> tuple[float, float]:
    """Return the interval of observed over expected."""
    tail = (1 - CONFIDENCE) / 2
    number = observed.sum() ** 2 / (observed**2).sum() if len(observed) else 0.0
    each = observed.sum() / number if number else per_resignation
    low = chi2.ppf(tail, 2 * number) / 2 if number else 0.0
    high = chi2.ppf(1 - tail, 2 * number + 2) / 2
    return float(low * each / expected), float(high * each / expected)


def _auc(rows: pd.DataFrame) -> float:
    label, risk = rows["resigned"].to_numpy(dtype=float), rows["risk"].to_numpy(dtype=float)
    return float(auc(LabelledScores(label, risk, rows["agent_id"].to_numpy(), rows["as_of"].to_numpy()))[0])
