"""How many new hires are still there after ninety days, by the source they were hired from and by training class.

Counted are those hired long enough ago to have ninety days behind them. Shares are rounded and small groups hidden, so
that nobody's own early exit can be read off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.labels.spells import spells_known_at
from attrition.report.disclosure import parts_to_hide
from attrition.report.rounding import round_share

if TYPE_CHECKING:
    from datetime import date

DAYS = 90
MONTHS = 12
"""Months of hire that are looked at: those whose ninety days have passed."""
GROUPINGS = ("hiring_source", "class_id")
COLUMNS = ["by", "group", "hires", "staying"]


def early_survival(spells: pd.DataFrame, as_of: date, *, min_group: int) -> pd.DataFrame:
    """Return the share of new hires still there after `DAYS` days: ``by``, ``group``, ``hires``, ``staying``.

    Parameters
    ----------
    spells : DataFrame
        From `attrition.labels.spells`, with whichever of `GROUPINGS` the site supplies.
    as_of : date
        Month-end; rows recorded later are ignored.
    min_group : int
        Groups of fewer hires are left out, with others from which they could be worked out.
    """
    hires = _hires(spells_known_at(spells, pd.Timestamp(as_of)))
    parts = [_by(hires, column, min_group) for column in GROUPINGS if column in hires and hires[column].notna().any()]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def _hires(spells: pd.DataFrame) -> pd.DataFrame:
    """Return those hired in a year that ended ninety days before the data do, and who stayed ninety days."""
    last = spells["until"].max() - pd.Timedelta(days=DAYS)
    is_new = (spells["hired"] <= last) & (spells["hired"] > last - pd.DateOffset(months=MONTHS))
    hires = spells[is_new & (spells["entered"] <= spells["hired"])]
    days = (hires["left"].fillna(hires["until"] + pd.Timedelta(days=1)) - hires["hired"]).dt.days
    return hires.assign(has_stayed=days >= DAYS)


def _by(hires: pd.DataFrame, column: str, min_group: int) -> pd.DataFrame:
    names = hires[column].fillna("").astype(str)
    groups = hires.groupby(names)["has_stayed"].agg(["size", "sum"])
    hidden = parts_to_hide({str(name): int(size) for name, size in groups["size"].items()}, min_group)
    rows = [
        (column, name, float(row["size"]), round_share(int(row["sum"]), int(row["size"])))
        for name, row in groups.iterrows()
        if name and name not in hidden
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values(["staying", "group"], ascending=[True, True], kind="stable", ignore_index=True)
