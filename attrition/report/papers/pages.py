"""Render papers as pages: each from its Markdown template in one language, with the stamp of the version it is for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from attrition.data.people.protection import mode_sentence
from attrition.data.phrase import in_language
from attrition.report.formatter import MISSING, Formatter
from attrition.report.model_metrics import format_metric, format_metric_interval
from attrition.report.papers.barred_uses import BARRED_USES
from attrition.report.papers.declaration import answer, open_answers
from attrition.report.papers.duties import read_duties
from attrition.report.papers.markdown import Markdown, attribute, bullets, fill, table, to_fill_in, to_html
from attrition.report.papers.table_heads import heads
from attrition.report.papers.tables import TABLES
from attrition.report.render import render, script_hash
from attrition.report.sentences import capital
from attrition.report.template_files import template_text
from attrition.report.translations import translations

if TYPE_CHECKING:
    from attrition.data.people.protection import Mode
    from attrition.report.papers.declaration import PapersJob
    from attrition.report.papers.facts import PaperFacts

PAPERS = ("technical", "instructions", "assessment", "record", "notice", "agreement", "colorado")
"""The papers of a version, in the order of the index."""

PRINTED = (
    '@media print {{ @page {{ size: A4; margin: 16mm 13mm 18mm; font-family: "Liberation Sans", "Noto Sans CJK SC", '
    'sans-serif; @bottom-left {{ content: "{stamp}"; font-size: 8pt; color: #55626f; }} @bottom-right {{ content: '
    "counter(page); font-size: 8pt; color: #55626f; }} }} }}"
)


def paper_page(name: str, facts: PaperFacts, lang: str, *, langs: Sequence[str]) -> str:
    """Return one paper of a version in one language as HTML; the same facts give the same text, byte for byte."""
    formatter = Formatter(translations(lang), facts.currency)
    title, body = to_html(fill(f"{name}.{lang}.md", **words(facts, formatter)))
    others = [other for other in langs if other != lang]
    links = [("index.html", "", formatter.text("paper.index.list"))]
    links += [(f"{name}.{other}.html", other, translations(other)("lang.name")) for other in others]
    lines = [formatter.text("paper.open", n=str(body).count("<mark>"))] if "<mark>" in str(body) else []
    return page(title, body, facts, formatter, links=links, more=lines)


def index_page(facts: PaperFacts, lang: str, *, langs: Sequence[str], has_pdf: bool) -> str:
    """Return the index: the papers, what is left to fill in, who signed, and the duties with their dates."""
    formatter = Formatter(translations(lang), facts.currency)
    text, kinds = formatter.text, ("html", "pdf") if has_pdf else ("html",)
    files = {
        name: Markdown(
            ", ".join(
                f"[{translations(other)('lang.name')} ({kind})]({name}.{other}.{kind})"
                for other in langs
                for kind in kinds
            )
        )
        for name in PAPERS
    }
    rows = [(text(f"paper.title.{name}"), link) for name, link in files.items()]
    gaps = [(name, text(f"paper.open.{name}")) for name in open_answers(facts.job)]
    parts = {
        text("paper.index.list"): table(heads(formatter, "paper", "file"), rows, none=""),
        text("paper.index.signed"): TABLES["signatures"](facts, formatter),
        text("paper.index.open"): table(heads(formatter, "answer", "prompt"), gaps, none=text("paper.index.none_open")),
        text("paper.index.duties", day=formatter.day(read_duties().known_on)): TABLES["duties"](facts, formatter),
    }
    markdown = "\n\n".join(f"## {heading}\n\n{content}" for heading, content in parts.items())
    _, body = to_html(f"# \n\n{markdown}")
    title = text("paper.index", version=facts.version, site=facts.site)
    return page(title, body, facts, formatter, links=[])


def page(
    title: str,
    body: Any,
    facts: PaperFacts,
    formatter: Formatter,
    *,
    links: Sequence[tuple[str, str, str]],
    more: Sequence[str] = (),
) -> str:
    """Return a paper as a whole page, stamped with its version and the last day on which it holds."""
    text = formatter.text
    written = text(
        "paper.written",
        day=formatter.day(facts.written_on),
        site=facts.site,
        fitted=formatter.day(facts.fitted_at),
    )
    by = [text("paper.written_by", name=facts.written_by)] if facts.written_by else []
    draft = [] if facts.job.signed_by else [text("paper.draft")]
    return whole_page(
        title,
        body,
        formatter,
        stamp=text("paper.stamp", version=facts.version, day=formatter.day(facts.valid_until)),
        is_lapsed=facts.valid_until < facts.written_on,
        meta=[formatter.sentences(written, *by), *draft, *more],
        mode=facts.protection.mode,
        links=links,
    )


def whole_page(
    title: str, body: Any, formatter: Formatter, *, stamp: str, meta: Sequence[str], mode: Mode, **more: Any
) -> str:
    """Return a text as a page that needs no other file; `more` are its links, its ribbon, and whether it lapsed."""
    return str(
        render(
            "paper.html",
            **{"links": (), "is_lapsed": False, "ribbon": formatter.text("paper.ribbon"), **more},
            title=title,
            body=body,
            stamp=stamp,
            meta=meta,
            mode_sentence=mode_sentence(mode, formatter.text.lang),
            text=formatter.text,
            style=template_text("style.css") + template_text("paper.css") + PRINTED.format(stamp=attribute(stamp)),
            script_hash=script_hash(),
        )
    )


def words(facts: PaperFacts, formatter: Formatter) -> dict[str, Any]:
    """Return what every template may use: the facts, tables by name, gaps to fill in, and functions that format."""
    lang = formatter.text.lang
    return {
        "facts": facts,
        "data": facts.data,
        "spec": facts.evaluation.spec,
        "made": facts.evaluation.made_from,
        "job": facts.job,
        "mode": facts.protection.mode,
        "mode_name": formatter.text(f"paper.mode_name.{facts.protection.mode}"),
        "packages": [f"{name} {version}" for name, version in facts.evaluation.made_from["packages"].items()],
        "uses": facts.in_use.__contains__,
        "form": capital(in_language(facts.form, lang)),
        "any_of": lambda parts: _any_of([str(part) for part in parts], formatter),
        "table": lambda name: TABLES[name](facts, formatter),
        "field": lambda name: answer_or_gap(facts.job, name, formatter),
        "num": formatter.number,
        "day": formatter.day,
        "month": formatter.month,
        "share": formatter.share,
        "listed": lambda parts: formatter.comma_list(map(str, parts)),
        "protected": [formatter.text.name("paper.attribute", name) for name in facts.data.protected],
        "metric": _metric_reader(facts, formatter),
        "barred": bullets([use.zh if lang == "zh" else use for use in BARRED_USES], none=""),
        "known_on": read_duties().known_on,
    }


def _any_of(parts: Sequence[str], formatter: Formatter) -> str:
    """Return a list in a sentence whose last part stands behind "or"."""
    first, last = parts[:-1], parts[-1]
    return formatter.text("paper.or").join([formatter.comma_list(first), last]) if first else last


def answer_or_gap(job: PapersJob, name: str, formatter: Formatter) -> str:
    """Return what people filled in, or the gap with what belongs there."""
    gap = formatter.text("paper.gap", what=formatter.text(f"paper.open.{name}"))
    return answer(job, name, formatter.text.lang) or to_fill_in(gap)


def _metric_reader(facts: PaperFacts, formatter: Formatter) -> Callable[[str], str]:
    """Return a function that formats a metric of the headline with its interval."""

    def metric(name: str) -> str:
        row = facts.metric(name)
        if row is None:
            return MISSING
        value = format_metric(name, float(row["value"]), formatter)
        interval = format_metric_interval(name, float(row["low"]), float(row["high"]), formatter)
        return formatter.text("paper.value", value=value, interval=interval) if interval else value

    return metric
