"""Turnover as ISO 30414 counts it, leavers by reason, and regretted losses: of the last year, and the year before.

Total turnover is everybody who left over the average headcount; voluntary turnover is those who resigned, without those
who retired. Counts by reason and by rating are rounded and hidden where they are small, since they say why somebody
left; the totals are those of the section on turnover.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from attrition.labels.outcomes import VOLUNTARY
from attrition.labels.spells import spells_known_at
from attrition.report.disclosure import parts_to_hide
from attrition.report.rounding import round_share

if TYPE_CHECKING:
    from attrition.report.figures.turnover import Turnover

INVOLUNTARY = "involuntary"
NO_REASON, OTHER_REASONS = "no_reason", "other_reasons"
TURNOVER_COLUMNS = ["measure", "year", "leavers", "headcount", "rate"]
REASON_COLUMNS = ["reason", "leavers", "share"]
REGRETTED_COLUMNS = ["year", "resigned", "regretted", "share"]


def leavers_of_year(spells: pd.DataFrame, as_of: date, turnover: Turnover, year: str) -> pd.DataFrame | None:
    """Return the spells that ended in ``this`` year, or the year ``before``, of the section on turnover.

    None where it shows no rates for that year.
    """
    if year not in set(turnover.rates["year"]):
        return None
    end = turnover.months["as_of"].max() - pd.DateOffset(years=year == "before") + pd.offsets.MonthEnd(0)
    on_record = spells_known_at(spells, pd.Timestamp(as_of))
    first = end - pd.offsets.MonthEnd(12)
    return on_record[(on_record["left"] > first) & (on_record["left"] < end + pd.Timedelta(days=1))]


def iso_turnover(
    spells: pd.DataFrame, as_of: date, turnover: Turnover, *, retirement: Collection[str], min_group: int
) -> pd.DataFrame:
    """Return turnover by ISO 30414: ``measure``, ``year``, ``leavers``, ``headcount`` (average) and ``rate``.

    The measures are ``total``, ``voluntary`` (without retirement), ``retired``, ``involuntary`` and ``other``. Where
    fewer than `min_group` retired, or nobody's reason is on file, they are left in ``voluntary``, and there is no
    ``retired``. Where fewer were dismissed, or left otherwise, both are put together as ``not_voluntary``.
    """
    rows = []
    rates = turnover.rates[turnover.rates["kind"] == "all"]
    for year, headcount in zip(rates["year"], rates["headcount"], strict=True):
        leavers = leavers_of_year(spells, as_of, turnover, year)
        assert leavers is not None
        for measure, number in leavers_by_kind(leavers, retirement, min_group=min_group).items():
            rows.append((measure, year, float(number), headcount, number / headcount))
    return pd.DataFrame(rows, columns=TURNOVER_COLUMNS)


def leavers_by_kind(leavers: pd.DataFrame, retirement: Collection[str], *, min_group: int) -> dict[str, int]:
    """Return how many left, by measure."""
    resigned, dismissed = leavers["exit_kind"] == VOLUNTARY, leavers["exit_kind"] == INVOLUNTARY
    has_retired = resigned & _reasons(leavers).isin(list(retirement))
    retired = int(has_retired.sum()) if has_retired.sum() >= min_group else 0
    counts = {"total": len(leavers), "voluntary": int(resigned.sum()) - retired}
    counts |= {"retired": retired} if retired else {}
    kinds = {"involuntary": int(dismissed.sum()), "other": int((~resigned & ~dismissed).sum())}
    is_small = any(0 < number < min_group for number in kinds.values())
    return counts | ({"not_voluntary": sum(kinds.values())} if is_small else kinds)


def _reasons(leavers: pd.DataFrame) -> pd.Series:
    """Return the reasons; all null where the site supplies none."""
    return leavers["reason"] if "reason" in leavers else pd.Series(None, index=leavers.index, dtype=object)


def leavers_by_reason(leavers: pd.DataFrame | None, *, min_group: int) -> pd.DataFrame:
    """Return how many left for each reason, most first, rounded to even numbers; small ones are put together.

    Examples
    --------
    >>> leavers = pd.DataFrame({"reason": ["pay"] * 31 + ["health"] * 3 + ["study"] * 12})
    >>> leavers_by_reason(leavers, min_group=10).to_numpy().tolist()
    [['pay', 32.0, 0.6956521739130435], ['other_reasons', 16.0, 0.34782608695652173]]
    """
    if leavers is None or len(leavers) < min_group or _reasons(leavers).isna().all():
        return pd.DataFrame(columns=REASON_COLUMNS)
    counts = _reasons(leavers).fillna(NO_REASON).astype(str).value_counts()
    hidden = parts_to_hide({str(reason): int(count) for reason, count in counts.items()}, min_group)
    named = counts.rename(lambda reason: OTHER_REASONS if reason in hidden else reason).groupby(level=0).sum()
    rows = [(reason, count, round_share(count, len(leavers))) for reason, count in named.items()]
    table = pd.DataFrame(rows, columns=REASON_COLUMNS)
    table["leavers"] = (table["share"] * len(leavers)).round()
    return table.sort_values(["leavers", "reason"], ascending=[False, True], kind="stable", ignore_index=True)


def regretted_losses(leavers: pd.DataFrame | None, year: str, *, regretted_from: float, min_group: int) -> pd.DataFrame:
    """Return how many of those who resigned with a rating had a high one, rounded to even numbers.

    Parameters
    ----------
    leavers : DataFrame, optional
        Spells that ended in a year, with ``rating_share``: the last rating before the end, as a share of its scale.
    year : {"this", "before"}
    regretted_from : float
        From which share of the scale a rating is high.
    min_group : int
        Where fewer resigned with a high rating, or with another, there is no row.

    Examples
    --------
    >>> leavers = pd.DataFrame({"exit_kind": "voluntary", "rating_share": [0.9] * 13 + [0.6] * 27})
    >>> regretted_losses(leavers, "this", regretted_from=0.8, min_group=10).to_numpy().tolist()
    [['this', 40.0, 14, 0.35]]
    """
    if leavers is None or "rating_share" not in leavers:
        return pd.DataFrame(columns=REGRETTED_COLUMNS)
    rated = leavers[(leavers["exit_kind"] == VOLUNTARY) & leavers["rating_share"].notna()]
    high = int((rated["rating_share"] >= regretted_from - 1e-9).sum())
    if high < min_group or len(rated) - high < min_group:
        return pd.DataFrame(columns=REGRETTED_COLUMNS)
    share, resigned = round_share(high, len(rated)), round_share(len(rated), len(rated)) * len(rated)
    return pd.DataFrame([(year, resigned, round(share * len(rated)), share)], columns=REGRETTED_COLUMNS)
