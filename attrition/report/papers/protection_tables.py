"""The tables of papers about how people's data are protected here, and how long each product is kept."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from attrition.report.papers.markdown import Markdown, bullets, table

if TYPE_CHECKING:
    from attrition.report.formatter import Formatter
    from attrition.report.papers.facts import PaperFacts


def protection(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return what is declared and in use here to protect people's data."""
    text = formatter.text
    rules = {
        "numbers": text("paper.numbers.pseudonyms" if facts.protection.pseudonyms else "paper.numbers.clear"),
        "mode": text(f"paper.mode.{facts.protection.mode}"),
        "files": text(f"paper.files.{facts.protection.files_for}"),
        "smallest": formatter.number(facts.smallest_group),
    }
    rows = [(text(f"paper.rule.{name}"), value) for name, value in rules.items()]
    return table((text("paper.c.measure"), text("paper.c.here")), rows, none="")


def monitoring(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return what the newest monitoring found, or that nothing is watched."""
    watched, text = facts.monitoring, formatter.text
    if watched is None:
        return Markdown(text("paper.watch.none"))
    month = formatter.month(date.fromisoformat(watched["as_of"]))
    about = text("paper.watch.as_of", month=month, version=watched["version"])
    alarms = bullets((alarm[text.lang] for alarm in watched["alarms"]), none=text("paper.watch.quiet"))
    return Markdown(f"{about}\n\n{alarms}")


def retention(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return how long each product is kept, as far as it is declared."""
    if facts.retention is None:
        return Markdown(formatter.text("paper.no_retention"))
    rows = [
        (formatter.text(f"paper.keep.{name}"), formatter.value(float(length), name.rpartition("_")[2]))
        for name, length in facts.retention.items()
    ]
    return table((formatter.text("paper.c.what"), formatter.text("paper.c.kept")), rows, none="")
