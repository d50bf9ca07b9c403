"""Gather what a quarter held, and write the report of it to the works council."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.atomic import atomic_folder
from attrition.errors import UserError
from attrition.model import aliases
from attrition.runs import Runs
from attrition.steps.papers import Writing, gather_facts, version_for_papers
from attrition.steps.report import gather_report

if TYPE_CHECKING:
    import pandas as pd

    from attrition.report.papers.quarter import Quarter
    from attrition.report.papers.write import Renderer

NAME = re.compile(r"(\d{4})-?Q([1-4])")


def write_quarter(
    workspace: Path, name: str, *, writing: Writing, langs: Sequence[str], renderer: Renderer
) -> list[Path]:
    """Write the report of one quarter in each language, with the papers' figures of the version in use.

    Returns
    -------
    list of Path
        ``papers/2026-Q3/quarter.en.html``, ...

    Raises
    ------
    UserError
        The name is no quarter, or nothing is registered.
    """
    from attrition.report.papers.quarter import quarter_paper

    first, last = days_of_quarter(name)
    version = version_for_papers(workspace, None)
    facts = gather_facts(workspace, version, Runs(workspace).read_verdict(version), writing=writing)
    quarter = gather_quarter(workspace, facts.site, first, last)
    folder = workspace / "papers" / quarter.name
    with atomic_folder(folder) as unfinished, renderer as printer:
        for lang in langs:
            path = unfinished / f"quarter.{lang}.html"
            path.write_text(quarter_paper(quarter, facts, lang), encoding="utf-8", newline="\n")
            printer.submit(path)
    return [folder / f"quarter.{lang}.html" for lang in langs]


def days_of_quarter(name: str) -> tuple[date, date]:
    """Return the first and the last day of a quarter.

    Examples
    --------
    >>> [day.isoformat() for day in days_of_quarter("2026-Q3")]
    ['2026-07-01', '2026-09-30']
    """
    import pandas as pd

    parts = NAME.fullmatch(name.strip().upper())
    if parts is None:
        raise UserError('"{name}" is not a quarter; write it like 2026-Q3', name=name)
    period = pd.Period(f"{parts[1]}Q{parts[2]}", freq="Q")
    return period.start_time.date(), period.end_time.date()


def gather_quarter(workspace: Path, site: str, first: date, last: date) -> Quarter:
    """Return what happened in a quarter, in numbers of groups."""
    from attrition.report.papers.quarter import Quarter

    runs = Runs(workspace)
    scored = [month for month in runs.months() if first <= month <= last]
    return Quarter(
        name=f"{first.year}-Q{(first.month + 2) // 3}",
        site=site,
        first=first,
        last=last,
        months=_months(runs, scored),
        track=_track(workspace, scored),
        decisions=_decisions(workspace, first, last),
        offers=_offers(runs, first, last),
        record=_record(workspace, first, last),
    )


def _months(runs: Runs, scored: Sequence[date]) -> pd.DataFrame:
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for month in scored:
        expected, scores = runs.read_month_table(month, "expected_leavers"), runs.read_optional(month, "scores")
        agents = float(expected.loc[expected["level"] == "centre", "headcount"].max())
        if scores is None:  # where only groups may be known, nothing is kept about one agent
            rows.append({"as_of": month, "agents": agents, "unestimated": float("nan"), "version": "–"})
            continue
        unestimated = float(scores.drop_duplicates("agent_id")["abstained"].sum())
        version = str(scores["model_version"].iloc[0])
        rows.append({"as_of": month, "agents": agents, "unestimated": unestimated, "version": version})
    return pd.DataFrame(rows, columns=["as_of", "agents", "unestimated", "version"])


def _track(workspace: Path, scored: Sequence[date]) -> pd.DataFrame:
    """Return expected and actual resignations, as the newest report of the quarter shows them."""
    import pandas as pd

    columns = ["as_of", "expected", "low", "high", "resigned"]
    if not scored:
        return pd.DataFrame(columns=columns)
    history = gather_report(workspace, scored[-1]).history
    return history[columns] if len(history) else pd.DataFrame(columns=columns)


def _decisions(workspace: Path, first: date, last: date) -> pd.DataFrame:
    """Return the decisions of the quarter; who decided and why stays in the registry."""
    import pandas as pd

    rows = [
        (date.fromisoformat(change.on[:10]), change.what, change.version, ", ".join(change.despite))
        for change in aliases.alias_history(workspace)
        if first.isoformat() <= change.on[:10] <= last.isoformat()
    ]
    return pd.DataFrame(rows, columns=["on", "what", "version", "despite"])


def _record(workspace: Path, first: date, last: date) -> dict[str, int] | None:
    """Return how often each command ended well in the quarter, by the audit log; None where there is no log."""
    from attrition.ledger.audit_log import LOG, read_entries

    if not (workspace / LOG).exists():
        return None
    days = (first.isoformat(), last.isoformat())
    entries = (entry for entry in read_entries(workspace) if entry.outcome == "done")
    return Counter(entry.action for entry in entries if days[0] <= entry.at[:10] <= days[1])


def _offers(runs: Runs, first: date, last: date) -> dict[str, int]:
    import pandas as pd

    rows = runs.read_interventions()
    started = rows[rows["start_date"].between(pd.Timestamp(first), pd.Timestamp(last))]
    return {str(kind): int(members["agent_id"].nunique()) for kind, members in started.groupby("kind")}
