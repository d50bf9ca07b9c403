"""What may be shown of a model's level in groups and of those who resigned: small groups, and what would tell them.

The tables go into the model's card and into MLflow, which many may read.
"""

from __future__ import annotations

import pandas as pd

from attrition.report.disclosure import parts_to_hide

FIGURES = ["people", "events", "observed", "expected", "ratio", "low", "high", "auc"]


def shown_group_levels(levels: pd.DataFrame, *, min_group: int) -> pd.DataFrame:
    """Return a table of groups without the figures of small ones, and of those by which they could be worked out.

    Parameters
    ----------
    levels : DataFrame
        From `attrition.model.groups.calibration_by_group`; the groups of one ``level`` add up to the centre.
    min_group : int
        Smallest group that is shown.

    Examples
    --------
    >>> levels = pd.DataFrame({"level": "site", "unit": ["A", "B", "C"], "people": [4, 60, 70], "verdict": "holds"})
    >>> levels = levels.assign(events=1, observed=1, expected=1.0, ratio=1.0, low=0.5, high=2.0, auc=0.6)
    >>> shown_group_levels(levels, min_group=10)[["unit", "people", "verdict"]].values.tolist()
    [['A', nan, 'holds'], ['B', nan, 'holds'], ['C', 70.0, 'holds']]
    """
    hidden = {
        (level, unit)
        for level, part in levels.groupby("level", sort=False)
        for unit in parts_to_hide(dict(zip(part["unit"], part["people"].astype(int), strict=True)), min_group)
    }
    is_hidden = pd.Series([group in hidden for group in zip(levels["level"], levels["unit"], strict=True)])
    is_hidden = is_hidden.set_axis(levels.index).astype(bool)
    return levels.assign(**{name: levels[name].astype(float).mask(is_hidden) for name in FIGURES})


def shown_lead_time(lead_time: pd.DataFrame, *, min_group: int) -> pd.DataFrame:
    """Return how early leavers were listed, without what few people show: then a share or a quartile is theirs.

    Parameters
    ----------
    lead_time : DataFrame
        From `attrition.model.lead_time.lead_figures`.
    min_group : int
        Fewest people that are shown.
    """
    values = lead_time.set_index("metric")["value"].astype(float)
    listed = values["leavers"] * values["listed_before_share"]
    few = set[str]()
    if not values["leavers"] >= min_group:
        few |= {name for name in values.index if name != "leavers_with_last_list" and not name.startswith("last_")}
    if not values["leavers_with_last_list"] >= min_group:
        few |= {name for name in values.index if name == "leavers_with_last_list" or name.startswith("last_")}
    if not listed >= min_group:
        few |= {name for name in values.index if name.startswith("weeks_")}
    is_hidden = lead_time["metric"].isin(few)
    return lead_time.assign(
        **{name: lead_time[name].astype(float).mask(is_hidden) for name in ("value", "low", "high")}
    )
