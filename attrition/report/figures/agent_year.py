"""Twelve months of one agent: the range of the estimate by month, what moved it, and what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.report.figures.tables import merged_by_topic

if TYPE_CHECKING:
    from collections.abc import Mapping

MIN_MOVE = 1.0
"""Points by which a topic must have changed to be named as what moved an estimate."""

COLUMNS = ["as_of", "risk_low", "risk_high", "band", "is_backtest", "moved", "moved_points"]


def agent_year(scores: pd.DataFrame, drivers: Mapping[pd.Timestamp, pd.DataFrame]) -> pd.DataFrame:
    """Return the months of one agent, oldest first.

    Parameters
    ----------
    scores : DataFrame
        Their rows of ``scores`` at the headline horizon, a year at most, with ``is_backtest``.
    drivers : mapping of Timestamp to DataFrame
        Their drivers at that horizon by month, as far as there are any.

    Returns
    -------
    DataFrame
        ``as_of``, ``risk_low``, ``risk_high``, ``band``, ``is_backtest``, and the feature that names the topic whose
        points over peers changed most since the month before, ``moved``, with the change, ``moved_points``; "" and
        null where no topic changed by `MIN_MOVE`, or one of the two months has no points. Models of different months
        differ a little too.
    """
    ordered = scores.sort_values("as_of", ignore_index=True)
    topics = {month: merged_by_topic(rows).set_index("topic") for month, rows in drivers.items() if len(rows)}
    previous = [None, *ordered["as_of"].iloc[:-1]]
    moves = [
        _largest_move(topics.get(now), topics.get(then)) for now, then in zip(ordered["as_of"], previous, strict=True)
    ]
    table = ordered.assign(moved=[name for name, _ in moves], moved_points=[points for _, points in moves])
    return table.reindex(columns=COLUMNS)


def _largest_move(now: pd.DataFrame | None, then: pd.DataFrame | None) -> tuple[str, float]:
    if now is None or then is None:
        return "", float("nan")
    change = now["points"].sub(then["points"], fill_value=0.0).dropna()
    if change.empty or change.abs().max() < MIN_MOVE:
        return "", float("nan")
    topic = str(change.abs().idxmax())
    source = now if topic in now.index else then
    return str(source.at[topic, "subject"]), float(change[topic])
