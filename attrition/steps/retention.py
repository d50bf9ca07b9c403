"""What is kept too long by pipelines/retention.toml, and its removal: all of it or nothing, said in counts.

Months are counted from the month of a product to today, days from when a file was written. A scored month loses its
rows about agents and keeps its tables of groups, from which later reports know what was announced and hidden then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrition import declared
from attrition.data.atomic import atomic_file, remove
from attrition.data.phrase import Phrase
from attrition.data.products import write_parquet
from attrition.jobs import Retention
from attrition.message import Message, joined
from attrition.report.edition_names import PARTNER, QUALITY
from attrition.runs import Runs

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.progress import Progress

RETENTION = Path("pipelines") / "retention.toml"
"""The declaration's path in a workspace."""
SCORES = "scores"
OF_AGENTS = ("drivers", "recommendations", "survival", "treated")
"""Tables of a scored month, besides its scores, with rows about agents."""
REPORT = re.compile(r"(\d{4})-(\d{2})")

AGENT_PAGES = Phrase("pages of agents", "座席个人页面")
CHECKS = Phrase("pages and workbooks of checks", "数据检查页面和工作簿")
PARTNER_EDITIONS = Phrase("files of partner editions", "HR 伙伴版文件")
OF_PEOPLE = (PARTNER, QUALITY)
"""Editions that name people: agents, or evaluators."""
PLANS = Phrase("plans", "计划")
INDIVIDUAL_TABLES = Phrase("tables of agents in scored months", "评分月份中的个人数据表")
BACKTESTS = Phrase("backtests", "回测")
SEARCHES = Phrase("searches for settings", "参数搜索记录")


@dataclass(frozen=True)
class Expired:
    """A product that is kept too long: what it is, where it lies, and whether only its rows go."""

    kind: Phrase
    path: Path
    is_emptied: bool = False


def read_retention(workspace: Path) -> Retention | None:
    """Read how long products stay; None in a workspace that declares nothing about it.

    Examples
    --------
    >>> read_retention(Path("a-workspace-of-an-earlier-version")) is None
    True
    """
    path = workspace / RETENTION
    return declared.read(path, Retention) if path.exists() else None


def declared_retention(workspace: Path) -> Retention:
    """Read how long products stay, which must be declared."""
    return declared.read(workspace / RETENTION, Retention)


def list_expired(workspace: Path, keep: Retention, *, month: date, today: date) -> list[Expired]:
    """List every product that is older than declared.

    Parameters
    ----------
    month : date
        A day of the month up to which the ages of months count.
    today : date
        The day up to which the ages of files count.
    """
    return [
        *_partner_editions(workspace, keep, month),
        *_agent_pages(workspace, keep, today),
        *_of_months(workspace, keep, month),
        *_of_files(workspace, keep, today),
    ]


def remove_expired(expired: list[Expired]) -> None:
    """Remove products, and the rows of those whose place must stay."""
    import pandas as pd

    for product in expired:
        if product.is_emptied:
            _write_without_rows(pd.read_parquet(product.path), product.path)
        else:
            remove(product.path)


def sweep_after(workspace: Path, as_of: date, *, today: date, progress: Progress) -> None:
    """Remove what is kept too long after a month was reported, where that is declared, and say what it was."""
    keep = read_retention(workspace)
    expired = list_expired(workspace, keep, month=as_of, today=today) if keep else []
    if expired:
        remove_expired(expired)
        progress(Message("removed, as pipelines/retention.toml declares: {counts}", counts=in_counts(expired)))


def in_counts(expired: list[Expired]) -> Message:
    """Return how many products of each kind there are, as a list in words."""
    counts = count_by_kind(expired).items()
    return joined(", ", [Message("{kind} {count}", kind=kind, count=count) for kind, count in counts])


def count_by_kind(expired: list[Expired]) -> dict[Phrase, int]:
    """Return how many products of each kind there are.

    Examples
    --------
    >>> count_by_kind([Expired(PLANS, Path("a")), Expired(PLANS, Path("b"))]) == {PLANS: 2}
    True
    """
    kinds = list(dict.fromkeys(product.kind for product in expired))
    return {kind: sum(product.kind == kind for product in expired) for kind in kinds}


def _write_without_rows(table: pd.DataFrame, path: Path) -> None:
    with atomic_file(path) as part:
        write_parquet(table.head(0), part)


def _partner_editions(workspace: Path, keep: Retention, today: date) -> Iterator[Expired]:
    paths = (path for name in OF_PEOPLE for path in (workspace / "reports").glob(f"????-??/{name}.*"))
    for path in sorted(paths):
        named = REPORT.fullmatch(path.parent.name)
        if named and _months_ago(int(named[1]), int(named[2]), today) > keep.partner_months:
            yield Expired(PARTNER_EDITIONS, path)


def _agent_pages(workspace: Path, keep: Retention, today: date) -> Iterator[Expired]:
    pages = sorted((workspace / "reports").glob("????-??/agents/*.html"))
    yield from (Expired(AGENT_PAGES, page) for page in pages if _days_old(page, today) > keep.agent_pages_days)


def _of_months(workspace: Path, keep: Retention, today: date) -> Iterator[Expired]:
    runs = Runs(workspace)
    for month in runs.months():
        folder, age = runs.month(month), _months_ago(month.year, month.month, today)
        if age > keep.plan_months and (folder / "plan").exists():
            yield Expired(PLANS, folder / "plan")
        if age > keep.individual_months:
            tables = (folder / f"{name}.parquet" for name in OF_AGENTS)
            yield from (Expired(INDIVIDUAL_TABLES, path) for path in tables if path.exists())
            if not runs.is_emptied(month):
                yield Expired(INDIVIDUAL_TABLES, folder / f"{SCORES}.parquet", is_emptied=True)


def _of_files(workspace: Path, keep: Retention, today: date) -> Iterator[Expired]:
    runs = Runs(workspace)
    places = [
        *((CHECKS, runs.folder / f"check.{kind}", keep.check_days) for kind in ("html", "xlsx")),
        (BACKTESTS, runs.backtest, keep.backtest_days),
        (SEARCHES, runs.tune, keep.tune_days),
    ]
    for kind, path, days in places:
        if path.exists() and _days_old(path, today) > days:
            yield Expired(kind, path)


def _months_ago(year: int, month: int, today: date) -> int:
    return (today.year - year) * 12 + today.month - month


def _days_old(path: Path, today: date) -> int:
    """Return how many days ago a file, or the newest one in a folder, was written."""
    files = [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
    newest = max((file.stat().st_mtime for file in files), default=path.stat().st_mtime)
    return (today - date.fromtimestamp(newest)).days
