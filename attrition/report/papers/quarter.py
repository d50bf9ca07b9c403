"""The quarterly report to the works council: what was run, whether it was right, how often people were looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from attrition.report.figures.tables import rows_of
from attrition.report.formatter import Formatter
from attrition.report.papers.markdown import Markdown, fill, table, to_html
from attrition.report.papers.pages import whole_page, words
from attrition.report.papers.table_heads import heads
from attrition.report.papers.tables import TABLES
from attrition.report.translations import translations

if TYPE_CHECKING:
    from attrition.report.papers.facts import PaperFacts


@dataclass(frozen=True, kw_only=True, eq=False)
class Quarter:
    """What happened in one quarter, in numbers of groups.

    Attributes
    ----------
    name, site : str
        Such as "2026-Q3", and the centre's name.
    first, last : date
        Its days.
    months : DataFrame
        as_of, agents, unestimated, version of each scored month; counts may be null.
    track : DataFrame
        as_of, expected, low, high, resigned of months whose horizon has passed by the end of the quarter.
    decisions : DataFrame
        on, what, version, despite.
    offers : mapping of str to int
        People by kind of intervention, in English or the playbook's words.
    record : mapping of str to int, optional
        Entries of the audit log by action; none where there is no log.
    """

    name: str
    site: str
    first: date
    last: date
    months: pd.DataFrame
    track: pd.DataFrame
    decisions: pd.DataFrame
    offers: Mapping[str, int]
    record: Mapping[str, int] | None


VIEWS = ("monthly", "score", "plan", "explain", "explanation", "what-if", "pilot design", "audit show", "read month")
"""Actions of the audit log in which somebody gets data of single people to see."""
RIGHTS = ("person export", "papers person", "person object", "person withdraw", "person erase")
"""Actions by which requests of people are answered."""


def quarter_paper(quarter: Quarter, facts: PaperFacts, lang: str) -> str:
    """Return the report of a quarter in one language; nothing in it is about one person."""
    formatter = Formatter(translations(lang), facts.currency)
    title, body = to_html(
        fill(
            f"quarter.{lang}.md",
            **words(facts, formatter),
            quarter=quarter,
            months=_months(quarter, formatter, smallest=facts.smallest_group),
            decisions=_decisions(quarter, formatter),
            track=_track(quarter, formatter),
            offers=_offers(quarter, facts, formatter),
            views=_record(quarter, VIEWS, formatter),
            rights=_record(quarter, RIGHTS, formatter),
            watched=TABLES["monitoring"](facts, formatter),
        )
    )
    written = formatter.text("paper.quarter.written", day=formatter.day(facts.written_on))
    return whole_page(title, body, formatter, stamp=quarter.name, meta=[written], mode=facts.protection.mode)


def _months(quarter: Quarter, formatter: Formatter, *, smallest: int) -> Markdown:
    few = formatter.text("paper.quarter.few")
    rows = [
        (
            formatter.month(row.as_of),
            formatter.number(row.agents),
            few if 0 < row.unestimated < smallest else formatter.number(row.unestimated),
            row.version,
        )
        for row in rows_of(quarter.months)
    ]
    names = ("month", "agents", "unestimated", "version")
    return table(heads(formatter, *names), rows, none=formatter.text("paper.quarter.no_month"))


def _decisions(quarter: Quarter, formatter: Formatter) -> Markdown:
    rows = [
        (formatter.day(row.on), formatter.text.name("paper.what", row.what), row.version, row.despite)
        for row in rows_of(quarter.decisions)
    ]
    names = ("day", "decision", "version", "despite")
    return table(heads(formatter, *names), rows, none=formatter.text("paper.none"))


def _track(quarter: Quarter, formatter: Formatter) -> Markdown:
    rows = [
        (
            formatter.month(row.as_of),
            formatter.number(row.expected),
            formatter.interval(row.low, row.high),
            formatter.number(row.resigned),
        )
        for row in rows_of(quarter.track)
    ]
    names = ("month", "expected", "range", "resigned")
    return table(heads(formatter, *names), rows, none=formatter.text("paper.quarter.no_track"))


def _offers(quarter: Quarter, facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return how many people received what; kinds that few received are counted together, if they are enough then."""
    names = {item.id: item.zh if formatter.text.lang == "zh" else item.en for item in facts.interventions}
    few = sum(people for people in quarter.offers.values() if people < facts.smallest_group)
    rows = [
        (names.get(kind, kind), formatter.number(people))
        for kind, people in sorted(quarter.offers.items())
        if people >= facts.smallest_group
    ]
    if few >= facts.smallest_group:
        rows.append((formatter.text("paper.quarter.others"), formatter.number(few)))
    elif few:
        rows.append((formatter.text("paper.quarter.others"), formatter.text("paper.quarter.few")))
    return table(heads(formatter, "offer", "people"), rows, none=formatter.text("paper.none"))


def _record(quarter: Quarter, actions: Sequence[str], formatter: Formatter) -> Markdown:
    if quarter.record is None:
        return Markdown(formatter.text("paper.quarter.no_log"))
    rows = [(name, formatter.number(quarter.record.get(name, 0))) for name in actions]
    return table(heads(formatter, "command", "times"), rows, none="")
