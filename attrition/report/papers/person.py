"""The explanation of an estimate for the person it is about, in plain words and without anybody else's data."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report.formatter import Formatter
from attrition.report.intervention_text import intervention_names
from attrition.report.papers.markdown import Markdown, bullets, fill, table, to_html
from attrition.report.papers.pages import answer_or_gap, whole_page
from attrition.report.sentences import by_name, sentence
from attrition.report.translations import translations

if TYPE_CHECKING:
    from attrition.data.people.protection import Mode
    from attrition.report.agent_report import AgentReport
    from attrition.report.inputs import ReportInputs
    from attrition.report.papers.declaration import PapersJob

FACTS_SHOWN = 8
"""The most facts that are listed in each direction."""
OF_PEERS = {"peer_value": float("nan"), "peer_category": None}
"""What a row holds about other people, left out: their middle value would say something about them."""


def person_paper(
    number: str, agent: AgentReport | None, inputs: ReportInputs, job: PapersJob, lang: str, *, mode: Mode
) -> str:
    """Return the explanation of a scored month for one agent, for themselves.

    Parameters
    ----------
    number : str
        As the person is called here.
    agent : AgentReport or None
        What the month holds about the agent; None where only groups may be known.
    inputs : ReportInputs
        The month.
    job : PapersJob
        Where a person turns to.
    lang : {"en", "zh"}
    mode : {"individual", "banded", "group_only"}
        What may be known of one agent; figures are left out unless it is "individual".
    """
    formatter = Formatter(translations(lang), inputs.currency)
    text = formatter.text
    abstained = agent.abstain_reason if agent else ""
    rows = [] if agent is None or abstained else agent.topics
    title, body = to_html(
        fill(
            f"person.{lang}.md",
            number=number,
            mode=mode,
            abstained=text.name("abstain", abstained) if abstained else "",
            as_of=inputs.as_of,
            version=inputs.model_version,
            estimates=_estimates(agent, inputs, formatter, has_figures=mode == "individual"),
            facts_for=_facts((row for row in rows if row.direction == "raises"), inputs, formatter),
            facts_against=_facts((row for row in rows if row.direction == "lowers"), inputs, formatter),
            nothing=Markdown(text("paper.none")),
            received=_received(agent, inputs, formatter),
            features=len(inputs.features),
            month=formatter.month,
            num=formatter.number,
            field=lambda name: answer_or_gap(job, name, formatter),
        )
    )
    return whole_page(title, body, formatter, stamp="", meta=[], mode=mode, ribbon=text("paper.person"))


def _estimates(agent: AgentReport | None, inputs: ReportInputs, formatter: Formatter, *, has_figures: bool) -> Markdown:
    """Return band and, where figures may be known, range of each horizon."""
    text = formatter.text
    rows = []
    for row in agent.estimates if agent else ():
        band = text.name("band", str(row.band)) if inputs.caveat.lists_people and pd.notna(row.band) else "–"
        figures = [formatter.share_interval(row.risk_low, row.risk_high)] if has_figures else []
        rows.append([formatter.value(float(row.horizon_months), "months"), band, *figures])
    head = [text("c.horizon"), text("c.band"), *([text("paper.c.between")] if has_figures else [])]
    return table(head, rows, none=text("paper.none"))


def _facts(rows: Iterable[Any], inputs: ReportInputs, formatter: Formatter) -> Markdown:
    """Return facts in words, the agent's own value alone, the ones that counted most first."""
    declared = by_name(inputs.features)
    lines = [sentence({**vars(row), **OF_PEERS}, declared, formatter) for row in islice(rows, FACTS_SHOWN)]
    return bullets(lines, none="")


def _received(agent: AgentReport | None, inputs: ReportInputs, formatter: Formatter) -> Markdown:
    names = intervention_names(inputs.interventions, formatter.text.lang)
    lines = [
        formatter.text(
            "watch.received.item",
            what=names.get(row.intervention, row.intervention),
            month=formatter.month(row.start_date),
        )
        for row in (agent.interventions_received if agent else ())
    ]
    return bullets(lines, none=formatter.text("paper.none"))
