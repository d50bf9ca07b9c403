"""What a person reads after a check: the verdict, faults, tables, features by family, repairs, assumptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from attrition.data.causes import count_by_severity
from attrition.data.phrase import Phrase
from attrition.data.quality import NOTICED
from attrition.data.terms import family_name
from attrition.message import Message, joined, padded
from attrition.terminal.console import count_of_rows, section
from attrition.terminal.fault_lines import cause_lines
from attrition.terminal.share_lines import share_lines

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.causes import Cause
    from attrition.steps.check import CheckResult
    from attrition.steps.promises import Promises


def check_lines(result: CheckResult) -> list[str]:
    """Return the result of a check as one page: the verdict, faults, tables, features, repairs and assumptions."""
    return [
        "",
        _verdict(result.causes),
        *cause_lines(result.causes),
        *_tables(result.coverage),
        *_features(result.features, result.promises),
        *share_lines(result.promises),
        *_sparse_columns(result.filled, result.thin_column_share),
        *section(Message("set aside, changed or not used"), _repairs(result.quality, result.causes)),
        *section(Message("assumed"), [Phrase(said["en"], said["zh"]) for said in result.assumptions]),
        "",
    ]


def _verdict(causes: Sequence[Cause]) -> str:
    counts = count_by_severity(causes)
    if not causes:
        return Message("the panel can be built; no fault was found in the tables")
    return Message(
        "the panel can be built; faults that change labels or rates: {labels}, that cost features: {features}",
        labels=counts["labels"],
        features=counts["features"],
    )


def _tables(coverage: pd.DataFrame) -> list[str]:
    supplied = coverage[coverage["is_supplied"]]
    names = ("  ", padded(Message("table"), 18), padded(Message("rows"), 12, ">"), padded(Message("agents"), 9, ">"))
    lines: list[str] = [joined("", (*names, "  ", padded(Message("from"), 11), " ", Message("to")))]
    for row in _records(supplied):
        lines.append(f"  {row.table:<18}{row.rows:>12,}{row.agents or '':>9}  {_day(row.first):<11} {_day(row.last)}")
    absent = coverage.loc[~coverage["is_supplied"], "table"]
    missing = [Message("  not supplied: {tables}", tables=joined(", ", absent))] if len(absent) else []
    return ["", Message("tables"), *lines, *missing]


def _features(families: Mapping[str, Sequence[str]], promises: Promises | None) -> list[str]:
    others = promises.others if promises is not None else {}
    lines = [
        joined("", ("  ", padded(family_name(family), 18), f"{len(names):>12}", _too_few(len(others.get(family, ())))))
        for family, names in families.items()
    ]
    count = sum(map(len, families.values()))
    return ["", Message("features this site can have: {count}", count=count), *lines]


def _too_few(features: int) -> Message:
    if not features:
        return Message("")
    return Message("  and {features} that too few agent-months would have", features=features)


def _sparse_columns(filled: pd.DataFrame, minimum: float) -> list[str]:
    thin = filled[filled["filled_share"] < minimum]
    return section(
        Message("columns filled in fewer than {share:.0%} of their rows", share=minimum),
        [f"{row.table}.{row.column}: {row.filled_share:.0%}" for row in _records(thin)],
    )


def _repairs(quality: pd.DataFrame, causes: Sequence[Cause]) -> list[str]:
    faults = {(cause.first.table, str(NOTICED + cause.first.rule)) for cause in causes}
    is_shown = ~quality["rule"].isin(("rows read", "rows used"))
    shown = quality[is_shown & ((quality["rows"] > 0) | quality["rule"].str.startswith("noticed"))]
    rows = [row for row in _records(shown) if (row.table, row.rule) not in faults]
    return [
        Message(
            "{table}: {rule}{share}{columns}",
            table=row.table,
            rule=Phrase(row.rule, getattr(row, "rule_zh", row.rule)),
            share=_share(row),
            columns=Message(": {names}", names=row.example_columns) if row.example_columns else "",
        )
        for row in rows
    ]


def _share(row: Any) -> Message:
    return count_of_rows(row.rows) + Message(", {share:.1%}", share=row.share) if row.rows else Message("")


def _records(frame: pd.DataFrame) -> Iterator[Any]:
    return iter(frame.itertuples(index=False))


def _day(day: date | None) -> str:
    return day.strftime("%Y-%m-%d") if day == day and day is not None else ""
