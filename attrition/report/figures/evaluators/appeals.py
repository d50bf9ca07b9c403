"""Appeals against evaluations: how many, and how many succeeded, by evaluator and by item."""

from __future__ import annotations

import pandas as pd

from attrition.report.figures.evaluators.chance import beyond_chance, share_interval, shares_differ

COLUMNS = ["evaluations", "agents", "appeals", "decided", "upheld"]


def appeals_by(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return numbers of appeals and successes per value of a column, with intervals and what is beyond chance.

    Parameters
    ----------
    rows : DataFrame
        ``agent_id``, ``evaluation_id``, ``appealed``, ``appeal_upheld``, ``appeal_resolved_on`` and `column`: one row
        per evaluation, or per item of one.

    Returns
    -------
    DataFrame
        By `column`: `COLUMNS`; ``rate`` (appeals per evaluation) and ``success`` (upheld of those decided) with
        ``_low`` and ``_high``; ``rate_verdict`` and ``success_verdict``: ``more``, ``fewer`` or ``level`` against the
        others together (two-sided, Holm).
    """
    appealed = rows["appealed"].fillna(False).astype(bool)
    decided = appealed & rows["appeal_resolved_on"].notna()
    flags = rows.assign(
        appeals=appealed, decided=decided, upheld=decided & rows["appeal_upheld"].fillna(False).astype(bool)
    )
    grouped = flags.groupby(column)
    table = grouped.agg(
        evaluations=("evaluation_id", "size"), agents=("agent_id", "nunique"), appeals=("appeals", "sum"),
        decided=("decided", "sum"), upheld=("upheld", "sum"),
    )  # fmt: skip
    for name, count, total in (("rate", "appeals", "evaluations"), ("success", "upheld", "decided")):
        table = table.join(_shares(table[count], table[total], name))
    return table


def _shares(counts: pd.Series, totals: pd.Series, name: str) -> pd.DataFrame:
    """Return shares with their intervals, and whether each differs from that of all others together."""
    intervals = [share_interval(count, total) for count, total in zip(counts, totals, strict=True)]
    others, other_totals = counts.sum() - counts, totals.sum() - totals
    rows = zip(counts, totals, others, other_totals, strict=True)
    is_beyond = beyond_chance(pd.Series([shares_differ(*map(int, row)) for row in rows], index=counts.index))
    share = counts / totals.where(totals > 0)
    verdict = pd.Series("level", index=counts.index).mask(
        is_beyond, (share > others / other_totals).map({True: "more", False: "fewer"})
    )
    low, high = zip(*intervals, strict=True) if intervals else ((), ())
    return pd.DataFrame(
        {name: share, f"{name}_low": low, f"{name}_high": high, f"{name}_verdict": verdict}, index=counts.index
    )
