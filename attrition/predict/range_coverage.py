"""How often the announced ranges of expected resignations held the number that then resigned."""

from __future__ import annotations

import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.predict.count_errors import COLUMN_OF_LEVEL

KNOWN_SHARE = 0.9
"""The number of a unit is known where so large a share of its labels is; agents who had left already have none."""


def range_coverage(expected: pd.DataFrame, scores: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Return by level and horizon how many announced ranges held what then happened.

    Parameters
    ----------
    expected : DataFrame
        The contract's table ``expected_leavers`` of past months, as it would have been announced then.
    scores : DataFrame
        agent_id, as_of, horizon_months, resigned (1, 0, or null where the horizon has not passed).
    groups : DataFrame
        agent_id, as_of, and whichever of ``site``, ``team_id``, ``job_role`` are known.

    Returns
    -------
    DataFrame
        level, horizon_months, ranges, held, expected (mean number per range). Months whose labels are not mature are
        left out.

    Examples
    --------
    >>> month = pd.Timestamp("2026-01-31")
    >>> expected = pd.DataFrame({"as_of": [month], "horizon_months": 3, "level": "centre", "unit": "centre",
    ...                          "expected": 1.2, "low": 0.0, "high": 2.0})
    >>> scores = pd.DataFrame({"agent_id": ["a", "b"], "as_of": month, "horizon_months": 3, "resigned": [1.0, 0.0]})
    >>> range_coverage(expected, scores, scores[["agent_id", "as_of"]]).values.tolist()
    [['centre', 3, 1, 1, 1.2]]
    """
    rows = scores.merge(groups, on=KEYS, how="left", validate="many_to_one")
    levels = {"centre": None} | {level: column for level, column in COLUMN_OF_LEVEL.items() if column in rows}
    keys = ["as_of", "horizon_months", "level", "unit"]
    parts = [
        rows.assign(level=level, unit="centre" if column is None else rows[column]).groupby(keys)["resigned"]
        for level, column in levels.items()
    ]
    happened = pd.concat([part.agg(["sum", "count", "size"]) for part in parts]).reset_index()
    happened = happened[happened["count"] >= KNOWN_SHARE * happened["size"]].rename(columns={"sum": "resigned"})
    both = expected.merge(happened, on=keys, validate="one_to_one")
    is_held = (both["low"] <= both["resigned"]) & (both["resigned"] <= both["high"])
    by_level = both.assign(is_held=is_held).groupby(["level", "horizon_months"], sort=False)
    table = by_level.agg(ranges=("is_held", "size"), held=("is_held", "sum"), expected=("expected", "mean"))
    return table.reset_index()
