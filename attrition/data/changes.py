"""Describe the tables of an accepted run, and name what changed beyond bounds since: rows, people, columns, history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.completeness import Contents, count_contents, filled_shares
from attrition.data.consistency.activity import ACTIVITY_TABLES
from attrition.data.files.manifest import is_matched
from attrition.data.phrase import Phrase
from attrition.data.tables import TABLES
from attrition.errors import Fault, Severity

if TYPE_CHECKING:
    from attrition.data.centre import Centre
    from attrition.data.sources import Sources

Description = Mapping[str, Any]
"""By table: ``rows``, ``people``, ``blanks`` by column, ``categories`` by column, ``months`` and ``files``."""
LABEL_TABLES = ("agents", "assignments", "exits", "snapshots")
"""Tables whose changes touch who is on the books, and who left."""
TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
FEWEST_ROWS = 5
"""A month or a category with fewer rows may come and go."""


def describe(
    centre: Centre, declared: Sources, workspace: Path, *, contents: Mapping[str, Contents] | None = None
) -> dict[str, Any]:
    """Return what a later run is compared with, for each table: counts and shares, and never the content of a row.

    `contents` is what `count_contents` returns of the centre, where it was computed already.
    """
    contents = count_contents(centre.tables, centre.before_pseudonyms) if contents is None else contents
    filled = filled_shares(contents)
    supplied = centre.coverage[centre.coverage["is_supplied"]].set_index("table")
    described = {}
    for name in (name for name in supplied.index if name in centre.tables):
        shares = filled[filled["table"] == name]
        described[name] = {
            "rows": int(supplied.loc[name, "rows"]),
            "people": int(supplied.loc[name, "agents"]),
            "blanks": dict(zip(shares["column"], (1 - shares["filled_share"]).round(6), strict=True)),
            "categories": contents[name].categories,
            "months": _rows_by_month(centre, name, contents[name]),
        }
    files = {
        entry.path: {
            "table": _table_of(entry.path, declared),
            "bytes": entry.bytes,
            "sha256": entry.sha256,
            "is_ended": _is_ended(workspace / entry.path),
        }
        for entry in centre.manifest
    }
    return {"tables": described, "files": files}


def _is_ended(path: Path) -> bool:
    """Return whether a file's last line is ended; a file that is no text has none."""
    if path.suffix.lower() not in TEXT_SUFFIXES or not path.is_file() or not path.stat().st_size:
        return True
    with path.open("rb") as stream:
        stream.seek(-1, 2)
        return stream.read(1) in b"\r\n"


def _table_of(path: str, declared: Sources) -> str:
    """Return the table that a file belongs to."""
    patterns = {name: source.path for name, source in declared.tables.items() if source.path is not None}
    return next((name for name, pattern in patterns.items() if is_matched(path, pattern)), "")


def _rows_by_month(centre: Centre, name: str, contents: Contents) -> dict[str, int]:
    """Return the number of rows by month; of tables that show activity, those of the signs of activity."""
    rows = contents.months
    if name in ACTIVITY_TABLES and centre.facts is not None:
        signs = centre.facts.activity.filter(centre.facts.activity.table == name)
        counts = signs.group_by(month=signs.month_start.year() * 12 + signs.month_start.month() - 1)
        summed = counts.aggregate(rows=lambda t: t.rows.sum()).order_by("month").to_pyarrow().to_pylist()
        rows = {row["month"]: int(row["rows"]) for row in summed if row["month"] is not None}
    return {f"{month // 12}-{month % 12 + 1:02}": number for month, number in rows.items()}


def find_changes(before: Description, now: Description, *, max_share: float) -> list[Fault]:
    """Return a fault for each change beyond the bound since the last accepted run.

    Parameters
    ----------
    before, now : mapping
        From `describe`.
    max_share : float
        How much of a table's rows and people, and of the rows of a month, may come or go; by how much the share of
        blanks in a column may rise.
    """
    faults = list(_shorter_files(before, now))
    for name, earlier in before["tables"].items():
        later = now["tables"].get(name)
        if later is None:
            faults.append(_fault(name, "", Phrase("the table is no longer supplied", "该表不再提供")))
            continue
        faults += [
            *_sizes(name, earlier, later, max_share),
            *_history(name, earlier, later, max_share),
            *_columns(name, earlier, later, max_share),
            *_categories(name, earlier, later),
        ]
    return faults


def _sizes(name: str, before: Description, now: Description, max_share: float) -> Iterator[Fault]:
    """Yield faults of rows and people that shrank or, in the same months, grew by more than the bound."""
    has_new_months = set(now["months"]) - set(before["months"])
    common = set(now["months"]) & set(before["months"])
    for what, what_zh in (("rows", "行数"), ("people", "人数")):
        earlier, later = before[what], now[what]
        if has_new_months and what == "rows" and common:
            earlier, later = (sum(counts["months"][month] for month in common) for counts in (before, now))
        may_grow = bool(has_new_months) and what == "people"
        change = later / earlier - 1 if earlier and abs(later - earlier) >= FEWEST_ROWS else 0.0
        if change < -max_share or (change > max_share and not may_grow):
            yield _fault(
                name,
                "",
                Phrase(
                    "{later:,} {what}, where the last accepted run had {earlier:,}",
                    "{what_zh}为 {later:,}，上次通过检查时为 {earlier:,}",
                    what=what,
                    what_zh=what_zh,
                    earlier=earlier,
                    later=later,
                ),
            )


def _history(name: str, before: Description, now: Description, max_share: float) -> Iterator[Fault]:
    """Yield a fault of past months that lost rows, and one where the table ends earlier than before."""
    lost = [
        month
        for month, rows in before["months"].items()
        if rows >= FEWEST_ROWS and now["months"].get(month, 0) < (1 - max_share) * rows
    ]
    if lost:
        yield _fault(
            name,
            TABLES[name].happened or "",
            Phrase(
                "{months} past months have fewer rows than in the last accepted run ({first} to {last})",
                "{months} 个过往月份的行数少于上次通过检查时（{first} 至 {last}）",
                months=len(lost),
                first=min(lost),
                last=max(lost),
            ),
            rows=sum(before["months"][month] - now["months"].get(month, 0) for month in lost),
        )


def _columns(name: str, before: Description, now: Description, max_share: float) -> Iterator[Fault]:
    """Yield faults of columns that are gone, or have far more blanks."""
    for column, blank in before["blanks"].items():
        if column not in now["blanks"]:
            yield _fault(name, column, Phrase("the column is no longer supplied", "该列不再提供"))
        elif now["blanks"][column] - blank >= max_share:
            yield _fault(
                name,
                column,
                Phrase(
                    "{later:.0%} of the rows are blank, {earlier:.0%} in the last accepted run",
                    "{later:.0%} 的行为空，上次通过检查时为 {earlier:.0%}",
                    earlier=blank,
                    later=now["blanks"][column],
                ),
            )


def _categories(name: str, before: Description, now: Description) -> Iterator[Fault]:
    """Yield faults of categories of the contract that came or went."""
    for column, earlier in before["categories"].items():
        later = now["categories"].get(column, {})
        gone = [value for value, rows in earlier.items() if rows >= FEWEST_ROWS and value not in later]
        new = [value for value, rows in later.items() if rows >= FEWEST_ROWS and value not in earlier]
        if gone and later:
            words = Phrase("no row is {values} any more", "不再有取值为 {values} 的行", values=", ".join(gone))
            yield _fault(name, column, words)
        if new and earlier:
            yield _fault(
                name,
                column,
                Phrase(
                    "rows are {values}, which no row was before",
                    "出现了以前没有的取值 {values}",
                    values=", ".join(new),
                ),
                rows=sum(later[value] for value in new),
            )


def _shorter_files(before: Description, now: Description) -> Iterator[Fault]:
    """Yield faults of files that are shorter than before, and whose last line is not ended any more."""
    for path, earlier in before["files"].items():
        later = now["files"].get(path, earlier)
        if later["bytes"] < earlier["bytes"] and earlier["is_ended"] and not later["is_ended"]:
            rule = Phrase(
                "cut off: {lost:,} bytes shorter than in the last accepted run, and its last line is not ended",
                "文件被截断：比上次通过检查时少 {lost:,} 字节，且最后一行没有换行符",
                lost=earlier["bytes"] - later["bytes"],
            )
            yield replace(_fault(earlier["table"], "", rule), file=path)


_ADVICE = Phrase(
    "export it again in full; if the change is meant, leave it: the next tables are compared with these",
    "请完整地重新导出；若变化属实则无需处理，之后的数据将与本次比较",
)
_EFFECT = Phrase(
    "Figures and features may differ from last month's for this reason alone.",
    "仅因此数字和特征就可能与上月不同。",
)


def _fault(table: str, column: str, rule: Phrase, rows: int | None = None) -> Fault:
    severity: Severity = "labels" if table in LABEL_TABLES else "features"
    return Fault(
        file="pipelines/sources.toml",
        table=table,
        column=column,
        rule=rule,
        rows=rows,
        advice=_ADVICE,
        severity=severity,
        effect=_EFFECT,
    )
