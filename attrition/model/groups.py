"""Observed over expected resignations by site, role and tenure band, beside what chance may do to a perfect model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.model.card_words import GROUPS, named
from attrition.model.chance import DrawnResignations, draw_resignations
from attrition.model.joint_limits import joint_limits
from attrition.model.metrics import LabelledScores, auc
from attrition.model.spec import Spec

GROUP_COLUMNS = ("site", "job_role", "tenure_band")
MIN_PEOPLE = 50
"""A group of fewer agents is "too few"."""
MIN_EVENTS = 10
"""So is a group in which fewer people resigned, if fewer are expected as well."""
NOT_STATED = "not stated"
HOLDS, OFF, TOO_FEW = "holds", "off", "too few"
EXACTLY_RIGHT = (1.0, 1.0)


def calibration_by_group(
    rows: pd.DataFrame, groups: pd.DataFrame, *, spec: Spec, group_columns: Sequence[str] = GROUP_COLUMNS
) -> pd.DataFrame:
    """Return a table of observed and expected resignations, one row per group.

    Parameters
    ----------
    rows : DataFrame
        agent_id, as_of, risk, ``resigned`` (1 or 0): agent-months with mature labels at the headline horizon.
    groups : DataFrame
        agent_id, as_of and the `group_columns`; rows with a null form a group of their own, "not stated".
    spec : Spec
        Its headline, promotion criteria and number of draws are used.
    group_columns : sequence of str
        Columns of `groups` whose values are the groups; columns that are not there are skipped.

    Returns
    -------
    DataFrame
        level (the column), unit (its value), people, events (agents who resigned), observed and expected (in
        agent-months), ratio (observed over expected), low, high, auc, verdict. By chance, the ratios of a perfect model
        lie between low and high in all groups at once, but for the declared share of such models. The verdict is "off"
        where the ratio lies outside of them and of the declared range, and "holds" otherwise. It is "too few" for under
        50 people, or when both the observed and the expected people who resign are under 10; ratio, low, high and auc
        are then null.

    Notes
    -----
    Chance is drawn with one resignation per agent, see `attrition.model.chance`, and the limits are those of
    `attrition.model.joint_limits`: the more groups, the wider they are.

    Examples
    --------
    >>> rows = pd.DataFrame({"agent_id": [f"a{n:03}" for n in range(200)], "as_of": pd.Timestamp("2026-01-31")})
    >>> rows = rows.assign(risk=0.1, resigned=[float(n % 10 == 0 or 100 < n < 140) for n in range(200)])
    >>> groups = rows[KEYS].assign(site=["Foshan"] * 100 + ["Wuhan"] * 100)
    >>> table = calibration_by_group(rows, groups, spec=Spec(name="resignation"))
    >>> table[["unit", "events", "ratio", "verdict"]].round(2).values.tolist()
    [['Foshan', 10, 1.0, 'holds'], ['Wuhan', 46, 4.6, 'off']]
    """
    present = [column for column in group_columns if column in groups]
    grouped_rows = rows.merge(groups[[*KEYS, *present]], on=KEYS, how="left", validate="one_to_one")
    months_per_resignation = _mean_months_per_resignation(grouped_rows)
    members_by_group = {
        (column, str(unit)): members
        for column in present
        for unit, members in grouped_rows.groupby(grouped_rows[column].astype(object).fillna(NOT_STATED), sort=True)
    }
    table = [
        {"level": level, "unit": unit} | _count(members, months_per_resignation)
        for (level, unit), members in members_by_group.items()
    ]
    columns = ["level", "unit", "people", "events", "observed", "expected", "ratio", "auc", "verdict"]
    counted = pd.DataFrame(table, columns=columns)
    row_numbers = [members.index.to_numpy() for members in members_by_group.values()]
    return _judge(counted, _ratios_by_chance(grouped_rows, row_numbers, spec), spec)


def off_sentences(off: pd.DataFrame) -> tuple[str, str]:
    r"""Return in English and Chinese which groups are off, by how much, and what chance may do to a perfect model.

    Examples
    --------
    >>> off = pd.DataFrame({"unit": ["0-30 days"], "ratio": [1.62], "low": [0.51], "high": [1.4]})
    >>> print(*off_sentences(off), sep="\n")
    off (in brackets, where chance may put a perfect model): 0-30 days 1.62 (0.51 to 1.40)
    偏离（括号内为完美的模型也可能出现的范围）：0–30天1.62（0.51至1.40）
    """
    rows = list(off[["unit", "ratio", "low", "high"]].itertuples(index=False))
    english = "; ".join(f"{unit} {ratio:.2f} ({low:.2f} to {high:.2f})" for unit, ratio, low, high in rows)
    chinese = "；".join(
        f"{named(unit, GROUPS).zh}{ratio:.2f}（{low:.2f}至{high:.2f}）" for unit, ratio, low, high in rows
    )
    return (
        f"off (in brackets, where chance may put a perfect model): {english}",
        f"偏离（括号内为完美的模型也可能出现的范围）：{chinese}",
    )


def _mean_months_per_resignation(rows: pd.DataFrame) -> float:
    """Return the mean number of agent-months that have the same resignation as their label; 1 without resignations."""
    months = rows[rows["resigned"] == 1].groupby("agent_id").size()
    return float(months.mean()) if len(months) else 1.0


def _count(rows: pd.DataFrame, months_per_resignation: float) -> dict[str, object]:
    """Return the columns of `calibration_by_group` for one group that chance does not touch."""
    has_resigned = rows["resigned"] == 1
    events, observed = rows.loc[has_resigned, "agent_id"].nunique(), int(has_resigned.sum())
    people, expected = rows["agent_id"].nunique(), float(rows["risk"].sum())
    counts = {"people": people, "events": events, "observed": observed, "expected": expected}
    if people < MIN_PEOPLE or max(events, expected / months_per_resignation) < MIN_EVENTS:
        return counts | {"ratio": np.nan, "auc": np.nan, "verdict": TOO_FEW}
    return counts | {"ratio": observed / expected, "auc": float(auc(_arrays(rows))[0]), "verdict": HOLDS}


def _ratios_by_chance(rows: pd.DataFrame, row_numbers: Sequence[np.ndarray], spec: Spec) -> list[np.ndarray]:
    """Return observed over expected of every group, as perfect models show it in each draw."""
    if rows.empty:
        return []
    drawn = draw_resignations(_arrays(rows), horizon=spec.headline, draws=spec.holdout.draws)
    return [_ratio(drawn, numbers) for numbers in row_numbers]


def _ratio(drawn: DrawnResignations, row_numbers: np.ndarray) -> np.ndarray:
    """Return observed over expected of the rows in every draw; null in a draw without any of them."""
    sums = drawn.sums_by(np.where(np.isin(drawn.source, row_numbers), 0, -1), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (sums.resigned / sums.expected)[:, 0]


def _judge(table: pd.DataFrame, by_chance: Sequence[np.ndarray], spec: Spec) -> pd.DataFrame:
    """Add low and high, the limits of all groups together, and the verdict "off"."""
    evaluated = np.flatnonzero(table["verdict"] != TOO_FEW)
    table = table.assign(low=np.nan, high=np.nan)
    if len(evaluated):
        drawn = {str(number): by_chance[int(number)] for number in evaluated}
        limits = joint_limits(drawn, dict.fromkeys(drawn, EXACTLY_RIGHT), share=spec.promotion.refused_by_chance)
        table.loc[evaluated, ["low", "high"]] = list(limits.limits.values())
    declared_low, declared_high = spec.promotion.group_observed_over_expected
    is_off = (table["ratio"] < table["low"].clip(upper=declared_low)) | (
        table["ratio"] > table["high"].clip(lower=declared_high)
    )
    columns = ["level", "unit", "people", "events", "observed", "expected", "ratio", "low", "high", "auc", "verdict"]
    return table.assign(verdict=table["verdict"].mask(is_off, OFF))[columns]


def _arrays(rows: pd.DataFrame) -> LabelledScores:
    label, risk = rows["resigned"].to_numpy(dtype=float), rows["risk"].to_numpy(dtype=float)
    return LabelledScores(label, risk, rows["agent_id"].astype(str).to_numpy(), rows["as_of"].to_numpy())
