"""For how many people of the centre, each site and each team a lever matters; small counts are hidden."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from attrition.report.disclosure import Unit, units_to_hide
from attrition.report.figures.tables import RAISED_POINTS, team_sites

COLUMNS = ["level", "unit", "lever", "raised"]


def lever_counts(
    points: pd.DataFrame, groups: pd.DataFrame, *, min_group: int, hidden: Collection[Unit] = ()
) -> pd.DataFrame:
    """Return the number of people whose risk each lever raises, by unit.

    Parameters
    ----------
    points : DataFrame
        What each driver adds for every agent of a month: ``agent_id``, ``lever``, ``is_symptom``, ``points``.
    groups : DataFrame
        ``agent_id`` and whichever of ``site``, ``team_id`` are known, of that month.
    min_group : int
        Smaller counts are null, with those of other units that would reveal them.
    hidden : collection of (level, unit)
        What the table of expected resignations of the same report hides.

    Returns
    -------
    DataFrame
        ``level``, ``unit``, ``lever``, ``raised``: the people to whose risk the lever adds at least `RAISED_POINTS`.
        Warning signs and what nobody can change are left out.

    Examples
    --------
    >>> agents = [f"a{number:02}" for number in range(26)]
    >>> points = pd.DataFrame({"agent_id": agents, "lever": "pay", "is_symptom": False, "points": 2.0})
    >>> groups = pd.DataFrame({"agent_id": agents, "site": ["Foshan"] * 14 + ["Wuhan"] * 12})
    >>> lever_counts(points, groups, min_group=10)[["unit", "raised"]].values.tolist()
    [['centre', 26.0], ['Foshan', 14.0], ['Wuhan', 12.0]]
    """
    rows = points[~points["is_symptom"].astype(bool) & (points["lever"].astype(str) != "none")]
    sums = rows.assign(lever=rows["lever"].astype(str)).groupby(["agent_id", "lever"], observed=True)["points"].sum()
    raised = sums[sums >= RAISED_POINTS].reset_index().merge(groups, on="agent_id", how="left")
    sites, parts = team_sites(groups), []
    for lever, people in raised.groupby("lever"):
        counts = _people_by_unit(people)
        withheld = units_to_hide([counts], sites, min_group=min_group, always_hidden=hidden)
        parts += [(*unit, lever, np.nan if unit in withheld else count) for unit, count in counts.items()]
    return pd.DataFrame(parts, columns=COLUMNS).astype({"raised": float})


def _people_by_unit(people: pd.DataFrame) -> dict[Unit, int]:
    counts: dict[Unit, int] = {("centre", "centre"): len(people)}
    for level, column in (("site", "site"), ("team", "team_id")):
        if column in people:
            counts |= {(level, str(unit)): int(count) for unit, count in people[column].value_counts().items()}
    return counts
