"""Which sites may be shown by themselves: none that is small, and none that would give a small one away."""

from __future__ import annotations

import pandas as pd

from attrition.monitor.issued import SITE


def shown_sites(months: pd.DataFrame, *, smallest_group: int) -> pd.DataFrame:
    """Return the months of the centre and of sites that may be shown beside it.

    A site with fewer agents than `smallest_group` in any month is left out. Where those left out are together fewer,
    the centre minus the others would give them away, so the next smallest is left out too.

    Parameters
    ----------
    months : DataFrame
        From `attrition.monitor.issued.level_months`.
    smallest_group : int
        Agents.

    Examples
    --------
    >>> months = pd.DataFrame({"level": ["centre", "site", "site", "site"], "unit": ["centre", "A", "B", "C"],
    ...     "as_of": pd.Timestamp("2026-01-31"), "headcount": [95, 50, 40, 5]})
    >>> shown_sites(months, smallest_group=10)["unit"].tolist()
    ['centre', 'A']
    """
    of_sites = months[months["level"] == SITE]
    sizes = of_sites.groupby("unit")["headcount"].min().sort_values()
    hidden = int((sizes < smallest_group).sum())
    while 0 < hidden < len(sizes) and sizes.iloc[:hidden].sum() < smallest_group:
        hidden += 1
    shown = set(sizes.index[hidden:])
    return months[(months["level"] != SITE) | months["unit"].isin(shown)].reset_index(drop=True)
