"""What the model does to protected groups: its level, its errors at the list, and who is listed, offered or left out.

Groups are those of `attrition.model.protected_groups`. Rates are fairlearn's; a group is compared with everybody else,
with an interval of a bootstrap of whole agents, since the months of an agent overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from attrition.labels.outcomes import KEYS
from attrition.model.clusters import bootstrap_weights
from attrition.model.groups import HOLDS, MIN_EVENTS, MIN_PEOPLE, OFF, TOO_FEW, calibration_by_group
from attrition.model.metrics import LabelledScores, mark_flagged
from attrition.model.spec import Spec

LEVEL = "level"
MISSED, FALSE_ALARMS, LISTED = "missed leavers", "listed stayers", "listed"
ABSTAINED, OFFERED = "abstained from", "offered"
COLUMNS = ["figure", "attribute", "group", "people", "value", "others", "gap", "low", "high", "limit", "verdict"]
UNDECIDED = "undecided"
"""The verdict of a gap whose interval holds the limit: neither shown to be within it nor over it."""
CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class Rate:
    """A share of agent-months that is compared between groups.

    Attributes
    ----------
    figure : str
        Its name.
    metric : callable
        Of fairlearn: takes the truth and who was chosen.
    is_counted, is_eligible : ndarray of bool, shape (n,)
        The rate is the share of eligible rows that are counted.
    limit : float
        Largest accepted difference between a group and all others.
    min_people : int
        Fewest eligible people in a group, and among all others.
    """

    figure: str
    metric: Callable[..., float]
    is_counted: np.ndarray
    is_eligible: np.ndarray
    limit: float
    min_people: int


def level_by_protected_group(rows: pd.DataFrame, groups: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """Return observed over expected resignations of protected groups, as `calibration_by_group` does for sites.

    Parameters
    ----------
    rows : DataFrame
        agent_id, as_of, risk, resigned: agent-months with mature labels at the headline.
    groups : DataFrame
        From `attrition.model.protected_groups.protected_groups`.
    spec : Spec
        Its limits of fairness stand in for those of sites and roles.

    Returns
    -------
    DataFrame
        The columns `COLUMNS`; ``value`` is the ratio, and chance may put a perfect model's from ``low`` to ``high``.
    """
    rules = spec.fairness
    limits = {
        "group_observed_over_expected": rules.observed_over_expected,
        "refused_by_chance": rules.refused_by_chance,
    }
    audited = spec.model_copy(update={"promotion": spec.promotion.model_copy(update=limits)})
    table = calibration_by_group(rows, groups, spec=audited, group_columns=_names(groups))
    table = table.rename(columns={"level": "attribute", "unit": "group", "ratio": "value"})
    limit = max(rules.observed_over_expected[1] - 1, 1 - rules.observed_over_expected[0])
    return table.assign(figure=LEVEL, others=np.nan, gap=table["value"] - 1, limit=limit)[COLUMNS]


def errors_at_the_list(rows: pd.DataFrame, groups: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """Return how often the list misses leavers of a protected group, how often it holds stayers, and how many it holds.

    Parameters
    ----------
    rows : DataFrame
        agent_id, as_of, risk, resigned: agent-months with mature labels at the headline. The list is the top
        `spec.capacity_share` of each month.
    groups : DataFrame
        From `attrition.model.protected_groups.protected_groups`.
    spec : Spec
        Its limits of fairness.

    Returns
    -------
    DataFrame
        From `compare_rates`.
    """
    from fairlearn.metrics import false_negative_rate, false_positive_rate, selection_rate

    truth = rows["resigned"].to_numpy(dtype=float)
    scores = LabelledScores(
        truth, rows["risk"].to_numpy(dtype=float), _agents(rows), rows["as_of"].to_numpy(), spec.capacity_share
    )
    is_listed, limits = mark_flagged(scores).astype(bool), spec.fairness
    has_resigned, everybody = truth == 1, np.ones(len(rows), dtype=bool)
    rates = (
        Rate(MISSED, false_negative_rate, ~is_listed, has_resigned, limits.missed_leavers_gap, MIN_EVENTS),
        Rate(FALSE_ALARMS, false_positive_rate, is_listed, ~has_resigned, limits.listed_stayers_gap, MIN_PEOPLE),
        Rate(LISTED, selection_rate, is_listed, everybody, limits.listed_gap, MIN_PEOPLE),
    )
    return compare_rates(rows, groups, rates, truth=truth, is_chosen=is_listed, draws=spec.holdout.draws)


def shares_of_a_month(agents: pd.DataFrame, groups: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """Return from whom the model abstains in one month, and to whom of its list something is offered.

    Parameters
    ----------
    agents : DataFrame
        agent_id, as_of, and the booleans ``abstained``, ``is_listed`` and ``is_offered``, one row per agent.
    groups : DataFrame
        From `attrition.model.protected_groups.protected_groups`.
    spec : Spec
        Its limits of fairness.
    """
    from fairlearn.metrics import selection_rate

    limits, draws = spec.fairness, spec.holdout.draws
    is_abstained, is_offered = (agents[name].to_numpy(dtype=bool) for name in ("abstained", "is_offered"))
    everybody, is_listed = np.ones(len(agents), dtype=bool), agents["is_listed"].to_numpy(dtype=bool)
    abstained = Rate(ABSTAINED, selection_rate, is_abstained, everybody, limits.abstained_gap, MIN_PEOPLE)
    offered = Rate(OFFERED, selection_rate, is_offered, is_listed, limits.offered_gap, MIN_EVENTS)
    return pd.concat(
        [
            compare_rates(agents, groups, [abstained], truth=everybody, is_chosen=is_abstained, draws=draws),
            compare_rates(agents, groups, [offered], truth=everybody, is_chosen=is_offered, draws=draws),
        ],
        ignore_index=True,
    )


def compare_rates(
    rows: pd.DataFrame,
    groups: pd.DataFrame,
    rates: Sequence[Rate],
    *,
    truth: np.ndarray,
    is_chosen: np.ndarray,
    draws: int,
) -> pd.DataFrame:
    """Return each rate of each group beside that of everybody else, and whether they differ by more than the limit.

    Parameters
    ----------
    rows, groups : DataFrame
        agent_id, as_of in the same order; `groups` has a column for each attribute.
    rates : sequence of Rate
        What is compared.
    truth, is_chosen : ndarray of shape (n,)
        As fairlearn's metrics take them.
    draws : int
        Number of draws of agents.

    Returns
    -------
    DataFrame
        figure, attribute, group, people (eligible ones of the group), value, others (the rate of everybody else), gap
        (their difference), low, high, limit, verdict. The verdict is "off" where the gap is shown to be larger than the
        limit, "holds" where it is shown to be smaller, and "undecided" between; "too few", without figures, where a
        group or everybody else has too few people.

    Notes
    -----
    The interval is normal, with the standard error of a bootstrap of agents, and holds for all groups and figures of
    the table together (Bonferroni), so that many groups do not make a fair model fail.

    Examples
    --------
    >>> from fairlearn.metrics import selection_rate
    >>> rows = pd.DataFrame({"agent_id": [f"a{n:03}" for n in range(400)], "as_of": pd.Timestamp("2026-01-31")})
    >>> groups = rows.assign(gender=["f", "m"] * 200)
    >>> chosen = np.array([n % 2 == 0 and n % 4 == 0 for n in range(400)])
    >>> rate = Rate("listed", selection_rate, chosen, np.ones(400, dtype=bool), limit=0.2, min_people=50)
    >>> table = compare_rates(rows, groups, [rate], truth=chosen, is_chosen=chosen, draws=200)
    >>> table[["group", "people", "value", "others", "verdict"]].values.tolist()
    [['f', 200, 0.5, 0.0, 'off'], ['m', 200, 0.0, 0.5, 'off']]
    """
    agents = _agents(rows)
    weight = bootstrap_weights(agents, draws=draws, seed=0)
    pairs = [(rate, name, unit) for rate in rates for name in _names(groups) for unit in sorted(groups[name].unique())]
    records = [
        {"figure": rate.figure, "attribute": name, "group": unit, "limit": rate.limit}
        | _compared(rate, (groups[name] == unit).to_numpy(), agents, weight)
        | _point(rate, (groups[name] == unit).to_numpy(), truth.astype(int), is_chosen.astype(int))
        for rate, name, unit in pairs
    ]
    table = pd.DataFrame(records, columns=[*COLUMNS, "error", "is_enough"])
    return _with_verdicts(table)


def _compared(rate: Rate, is_member: np.ndarray, agents: np.ndarray, weight: np.ndarray) -> dict[str, object]:
    """Return how many people are eligible, whether they are enough, and the standard error of the gap."""
    inside, outside = rate.is_eligible & is_member, rate.is_eligible & ~is_member
    people, others = len(np.unique(agents[inside])), len(np.unique(agents[outside]))
    is_enough = min(people, others) >= rate.min_people
    error = float(np.nanstd(_drawn(rate, inside, weight) - _drawn(rate, outside, weight))) if is_enough else np.nan
    return {"people": people, "is_enough": is_enough, "error": error}


def _drawn(rate: Rate, is_counted_in: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the rate among some rows in every draw of agents."""
    drawn = weight[is_counted_in]
    return np.asarray(rate.is_counted[is_counted_in].astype(np.float32) @ drawn / drawn.sum(axis=0))


def _point(rate: Rate, is_member: np.ndarray, truth: np.ndarray, is_chosen: np.ndarray) -> dict[str, float]:
    """Return the rate of a group and of everybody else, by fairlearn; null where nobody is eligible."""
    inside, outside = rate.is_eligible & is_member, rate.is_eligible & ~is_member
    value, others = (
        float(rate.metric(truth[rows], is_chosen[rows], pos_label=1)) if rows.any() else np.nan
        for rows in (inside, outside)
    )
    return {"value": value, "others": others}


def _with_verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """Add gap, low, high and verdict; rows of too few people keep no figure."""
    enough = table["is_enough"].astype(bool)
    reach = float(ndtri(1 - (1 - CONFIDENCE) / 2 / max(int(enough.sum()), 1))) * table["error"].astype(float)
    gap = table["value"].astype(float) - table["others"].astype(float)
    table = table.assign(gap=gap, low=gap - reach, high=gap + reach)
    is_off = (table["low"] > table["limit"]) | (table["high"] < -table["limit"])
    is_within = (table["high"] < table["limit"]) & (table["low"] > -table["limit"])
    verdicts = np.select([~enough, is_off, is_within], [TOO_FEW, OFF, HOLDS], UNDECIDED)
    figures = ["value", "others", "gap", "low", "high"]
    return table.assign(verdict=verdicts, **{name: table[name].where(enough) for name in figures})[COLUMNS]


def _names(groups: pd.DataFrame) -> list[str]:
    return [str(name) for name in groups if name not in KEYS]


def _agents(rows: pd.DataFrame) -> np.ndarray:
    return rows["agent_id"].astype(str).to_numpy()
