"""Drivers of groups: sites, teams and tenure bands, this month, the month before and a year ago, by one model.

Each group is compared with the mean of the whole centre this month. Its contributions sum exactly to the difference of
its mean log-odds from the centre's, and its months can be compared with each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.predict.drivers import slope_between

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk

GROUPINGS = ("site", "team_id", "tenure_band")
CENTRE = "centre"
MONTHS_BACK = (0, 1, 12)
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


def driver_views(fitted: FittedRisk, panel: pd.DataFrame, groups: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Compute which topics raise or lower the risk of each group of agents, relative to the centre of this month.

    Parameters
    ----------
    fitted : FittedRisk
        The model of this month; it scores the earlier months too, so that only the agents differ.
    panel : DataFrame
        ``agent_id``, ``as_of`` and the features.
    groups : DataFrame
        The same agent-months, in any order, with whichever of `GROUPINGS` are known.
    as_of : Timestamp
        This month's end; the months `MONTHS_BACK` before it are included where the panel holds them.

    Returns
    -------
    DataFrame
        One row per month, group and topic. ``contribution`` (log-odds) sums over a group's rows to its mean log-odds
        minus the centre's; ``points`` to 100 times ``typical_risk`` (the risk at its mean log-odds) minus
        ``typical_risk_of_centre``. ``agents`` is the size of the group; groups that are too small are hidden where
        the table is shown.
    """
    months = [as_of - pd.offsets.MonthEnd(back) if back else as_of for back in MONTHS_BACK]
    frame = panel[panel["as_of"].isin(months)].reset_index(drop=True)
    own, base = fitted.contributions(frame)
    groups_of_rows = frame[KEYS].merge(groups, on=KEYS, how="left", validate="one_to_one").assign(centre=CENTRE)
    topics, of_topic = _topics(fitted, list(own.columns))
    by_topic = own.to_numpy(dtype=float) @ of_topic
    centre = by_topic[(frame["as_of"] == as_of).to_numpy()].mean(axis=0)
    parts = [
        _view(by_topic[rows], centre, base=base, topics=topics).assign(as_of=month, grouping=grouping, group=group)
        for grouping, month, group, rows in _groups(groups_of_rows)
    ]
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _groups(table: pd.DataFrame) -> Iterator[tuple[str, pd.Timestamp, str, np.ndarray]]:
    for grouping in (CENTRE, *(name for name in GROUPINGS if name in table)):
        for month, agents in table.groupby("as_of", sort=True):
            for group, rows in agents.groupby(grouping, sort=True):
                yield grouping, pd.Timestamp(str(month)), str(group), rows.index.to_numpy()


def _topics(fitted: FittedRisk, names: list[str]) -> tuple[pd.DataFrame, np.ndarray]:
    """Give the topics, and a matrix (features x topics) that sums features by topic."""
    declared = {item.name: item for item in fitted.features}
    items = [declared[name] for name in names]
    rows = [(item.family, item.lever, item.topic, item.is_symptom) for item in items]
    declarations = pd.DataFrame(rows, columns=TOPIC_COLUMNS)
    codes = declarations.groupby(TOPIC_COLUMNS, sort=True).ngroup().to_numpy()
    topics = declarations.drop_duplicates().sort_values(TOPIC_COLUMNS, ignore_index=True)
    return topics, (codes[:, None] == np.arange(len(topics))).astype(float)


def _view(own: np.ndarray, centre: np.ndarray, *, base: float, topics: pd.DataFrame) -> pd.DataFrame:
    """Compare the mean of one group with the centre's, by topic."""
    difference = own.mean(axis=0) - centre
    start = np.array([base + centre.sum()])
    slope, centre_risk = slope_between(start, start + difference.sum())
    group_risk = centre_risk[0] + slope[0] * difference.sum()
    table = topics.assign(contribution=difference, points=100.0 * slope[0] * difference)
    return table.assign(agents=len(own), typical_risk=group_risk, typical_risk_of_centre=centre_risk[0])
