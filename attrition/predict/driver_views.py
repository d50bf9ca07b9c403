"""Drivers of the risk of groups (sites, teams, tenure bands): this month, the month before and a year ago.

Every group of every month is compared with the mean of the whole centre in this month, by the same model. So its
contributions sum exactly to its mean log-odds minus the centre's, and its months can be compared with each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from attrition.labels.outcomes import KEYS
from attrition.predict.drivers import slope_between

if TYPE_CHECKING:
    from attrition.model.contributions import Contributions
    from attrition.model.risk import FittedRisk

GROUPINGS = ("site", "team_id", "tenure_band")
CENTRE = "centre"
MONTHS_BACK = (0, 1, 12)
"""Months that are shown, counted back from this month."""
ROWS_AT_ONCE = 8192
"""Agent-months whose contributions are summed by topic in one step."""
TOPIC_COLUMNS = ["family", "lever", "topic", "is_symptom"]
COLUMNS = [
    "as_of",
    "grouping",
    "group",
    "agents",
    *TOPIC_COLUMNS,
    "contribution",
    "points",
    "typical_risk",
    "typical_risk_of_centre",
]


def driver_views(
    fitted: FittedRisk,
    panel: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    contributions: Contributions | None = None,
) -> pd.DataFrame:
    """Return how much each topic raises or lowers the risk of each group of agents, relative to the centre this month.

    A topic is a set of features that measure the same thing, such as one quantity over several windows.

    Parameters
    ----------
    fitted : FittedRisk
        The model of this month. It explains the earlier months too, so that months differ only by their agents.
    panel : DataFrame
        ``agent_id``, ``as_of`` and the features.
    groups : DataFrame
        The same agent-months, in any order, with whichever of `GROUPINGS` are known.
    as_of : Timestamp
        This month's end; the months `MONTHS_BACK` before it are included where the panel holds them.
    contributions : Contributions, optional
        The contributions of this month's rows of `panel`, in their order; by default they are computed.

    Returns
    -------
    DataFrame
        One row per month, grouping, group and topic; the whole centre is one of the groups. ``contribution``
        (log-odds) sums over a group's rows to its mean log-odds minus the centre's; ``points`` sums to
        ``100 * (typical_risk - typical_risk_of_centre)``, where a typical risk is the risk at a mean log-odds.
        ``agents`` is the size of the group. Small groups are included; the report hides them.
    """
    is_shown, is_of_months = (table["as_of"].isin(months_shown(as_of)) for table in (panel, groups))
    shown = panel if is_shown.all() else panel[is_shown]
    is_now = (shown["as_of"] == as_of).to_numpy()
    contributions = fitted.all_contributions(shown[is_now]) if contributions is None else contributions
    topics, to_topic = _topics(fitted, list(contributions.names))
    by_topic = np.empty((len(shown), len(topics)))
    now, earlier = np.flatnonzero(is_now), np.flatnonzero(~is_now)
    for first in range(0, len(now), ROWS_AT_ONCE):
        block = slice(first, first + ROWS_AT_ONCE)
        by_topic[now[block]] = (to_topic @ contributions.mean[block].T).T
    for first in range(0, len(earlier), ROWS_AT_ONCE):
        rows = earlier[first : first + ROWS_AT_ONCE]
        by_topic[rows] = (to_topic @ fitted.contributions(shown.take(rows))[0].to_numpy(dtype=float).T).T
    groups = groups.loc[is_of_months, [*KEYS, *(name for name in GROUPINGS if name in groups)]]
    groups_of_rows = shown[KEYS].merge(groups, on=KEYS, how="left", validate="one_to_one").assign(centre=CENTRE)
    centre = by_topic[is_now].mean(axis=0)
    groups_and_rows = list(_groups(groups_of_rows))
    keys = pd.DataFrame([key for *key, _ in groups_and_rows], columns=["grouping", "as_of", "group"])
    agents = [rows for *_, rows in groups_and_rows]
    compared = _compared(np.array([by_topic[rows].mean(axis=0) for rows in agents]), centre, base=contributions.base)
    group, topic = np.divmod(np.arange(len(keys) * len(topics)), len(topics))
    table = pd.concat(
        [table.take(rows).reset_index(drop=True) for table, rows in ((keys, group), (topics, topic))], axis=1
    )
    table["agents"] = np.array([len(rows) for rows in agents])[group]
    return table.assign(**{name: values.ravel() for name, values in compared.items()})[COLUMNS]


def months_shown(as_of: pd.Timestamp) -> list[pd.Timestamp]:
    """Return the months that are compared with this month's centre, this month first.

    Examples
    --------
    >>> [f"{month:%Y-%m-%d}" for month in months_shown(pd.Timestamp("2026-10-31"))]
    ['2026-10-31', '2026-09-30', '2025-10-31']
    """
    return [as_of - pd.offsets.MonthEnd(back) if back else as_of for back in MONTHS_BACK]


def _groups(table: pd.DataFrame) -> Iterator[tuple[str, pd.Timestamp, str, np.ndarray]]:
    """Yield grouping, month, group and positions of its rows, for the whole centre first and then by grouping."""
    for grouping in (CENTRE, *(name for name in GROUPINGS if name in table)):
        codes = table.groupby(["as_of", grouping], sort=True).ngroup().fillna(-1).to_numpy()
        order = np.argsort(codes, kind="stable")[np.count_nonzero(codes < 0) :]
        groups = [rows for rows in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1) if len(rows)]
        first = table[["as_of", grouping]].take([rows[0] for rows in groups])
        for month, group, rows in zip(first["as_of"], first[grouping], groups, strict=True):
            yield grouping, pd.Timestamp(str(month)), str(group), rows


def _topics(fitted: FittedRisk, names: list[str]) -> tuple[pd.DataFrame, csr_array]:
    """Return the topics, and a matrix of ones (topics x features) that sums contributions by topic."""
    declared = {item.name: item for item in fitted.features}
    items = [declared[name] for name in names]
    rows = [(item.family, item.lever, item.topic, item.is_symptom) for item in items]
    declarations = pd.DataFrame(rows, columns=TOPIC_COLUMNS)
    codes = declarations.groupby(TOPIC_COLUMNS, sort=True).ngroup().to_numpy()
    topics = declarations.drop_duplicates().sort_values(TOPIC_COLUMNS, ignore_index=True)
    return topics, csr_array((np.ones(len(codes)), (codes, np.arange(len(codes)))), shape=(len(topics), len(codes)))


def _compared(contributions: np.ndarray, centre: np.ndarray, *, base: float) -> dict[str, np.ndarray]:
    """Return the mean contributions of groups (groups x topics) minus the centre's, in log-odds and in points."""
    difference = contributions - centre
    centre_log_odds = np.array([base + centre.sum()])
    # The mean slope of risk over log-odds on the way from the centre to the group: with it the points sum exactly to
    # the difference in risk.
    slope, centre_risk = slope_between(centre_log_odds, centre_log_odds + difference.sum(axis=1))
    group_risk = centre_risk + slope * difference.sum(axis=1)
    return {
        "contribution": difference,
        "points": 100.0 * slope[:, None] * difference,
        "typical_risk": np.repeat(group_risk, len(centre)),
        "typical_risk_of_centre": np.full(difference.size, centre_risk[0]),
    }
