"""The tables of papers, each from the figures of a version, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrition.model.groups import TOO_FEW
from attrition.report.figures.tables import rows_of
from attrition.report.model_metrics import format_metric, format_metric_interval
from attrition.report.papers.data_tables import assumptions, audited, features, quality, tables_read
from attrition.report.papers.duties import read_duties
from attrition.report.papers.markdown import Markdown, table
from attrition.report.papers.protection_tables import monitoring, protection, retention
from attrition.report.papers.risks import ALWAYS, read_risks
from attrition.report.papers.table_heads import heads, nothing

if TYPE_CHECKING:
    from attrition.report.formatter import Formatter
    from attrition.report.papers.facts import PaperFacts

Maker = Callable[["PaperFacts", "Formatter"], Markdown]


def duties(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return the duties of the law with dates, sources and doubts."""
    end = "_zh" if formatter.text.lang == "zh" else ""
    rows = [
        (
            *(getattr(duty, f"{name}{end}") for name in ("place", "what")),
            duty.from_zh if end else duty.from_,
            *(getattr(duty, f"{name}{end}") for name in ("source", "doubt")),
        )
        for duty in read_duties().duties
    ]
    return table(heads(formatter, "place", "duty", "from", "source", "doubt"), rows, none=nothing(formatter))


def metrics(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return the figures of the test months at the headline, with intervals, the model beside tenure alone."""
    evaluation = facts.evaluation
    own = evaluation.metrics[evaluation.metrics["horizon_months"] == facts.headline]
    names = own.loc[own["model"] == evaluation.spec.name, "metric"].unique()
    rows = [
        (
            formatter.text.name("metric", name),
            _value(own, name, evaluation.spec.name, formatter),
            _value(own, name, "tenure_only", formatter),
        )
        for name in names
    ]
    return table(heads(formatter, "figure", "model", "tenure_only"), rows, none=nothing(formatter))


def horizons(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return level and order at every horizon."""
    evaluation = facts.evaluation
    own = evaluation.metrics[evaluation.metrics["model"] == evaluation.spec.name]
    rows = [
        (
            formatter.value(float(months), "months"),
            _value(own[own["horizon_months"] == months], "observed_over_expected", evaluation.spec.name, formatter),
            _value(own[own["horizon_months"] == months], "auc", evaluation.spec.name, formatter),
        )
        for months in own["horizon_months"].unique()
    ]
    return table(heads(formatter, "horizon", "level", "order"), rows, none=nothing(formatter))


def groups(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return the level in every group that is large enough to judge."""
    shown = facts.evaluation.groups[facts.evaluation.groups["verdict"] != TOO_FEW]
    rows = [
        (
            formatter.text.name("paper.by", str(row.level)),
            row.unit,
            formatter.number(row.people),
            formatter.number(row.events),
            formatter.number(row.ratio, 2),
            formatter.text("interval", low=formatter.number(row.low, 2), high=formatter.number(row.high, 2)),
            formatter.share(row.auc, 0),
            formatter.text(f"paper.verdict.{row.verdict}"),
        )
        for row in rows_of(shown)
    ]
    names = ("by", "group", "people", "resigned", "ratio", "chance", "order", "verdict")
    return table(heads(formatter, *names), rows, none=formatter.text("paper.no_group"))


def fairness(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return what the model does to protected groups that are large enough to judge."""
    table_of_groups = facts.fairness
    if table_of_groups.empty:
        return Markdown(formatter.text("paper.fairness.none"))
    shown = table_of_groups[table_of_groups["verdict"] != TOO_FEW]
    rows = [
        (
            formatter.text.name("fairness.figure", str(row.figure)),
            formatter.text.name("paper.attribute", str(row.attribute)),
            row.group,
            formatter.number(row.people),
            formatter.number(row.value, 2),
            formatter.number(row.others, 2),
            formatter.text("interval", low=formatter.number(row.low, 2), high=formatter.number(row.high, 2)),
            formatter.text.name("paper.verdict", str(row.verdict)),
        )
        for row in rows_of(shown)
    ]
    names = ("figure", "by", "group", "people", "value", "others", "interval", "verdict")
    return table(heads(formatter, *names), rows, none=formatter.text("paper.no_group"))


def checks(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return the promotion criteria with what was found."""
    is_chinese = formatter.text.lang == "zh"
    rows = [
        (
            formatter.text.name("check.name", check.name),
            formatter.text(f"check.{check.status.replace(' ', '_')}"),
            check.finding_zh or check.finding if is_chinese else check.finding,
        )
        for check in facts.checks
    ]
    return table(heads(formatter, "check", "result", "finding"), rows, none=nothing(formatter))


def interventions(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return what the playbook offers, within which limits, on what evidence."""
    is_chinese = formatter.text.lang == "zh"
    rows = [
        (
            item.zh if is_chinese else item.en,
            item.limits_zh or item.limits if is_chinese else item.limits,
            formatter.text.name("grade", item.evidence.grade),
        )
        for item in facts.interventions
    ]
    return table(heads(formatter, "offer", "limits", "evidence"), rows, none=nothing(formatter))


def risks(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return the risk register: each risk with the guards that are in use here, and what remains."""
    lang = formatter.text.lang
    rows = [
        (
            risk.id,
            getattr(risk, lang),
            formatter.text(f"paper.degree.{risk.likelihood}"),
            formatter.text(f"paper.degree.{risk.severity}"),
            _guards(risk.guards, facts, formatter),
            f"{formatter.text(f'paper.degree.{risk.residual}')}{'：' if lang == 'zh' else ': '}"
            f"{risk.residual_zh if lang == 'zh' else risk.residual_en}",
        )
        for risk in read_risks()
    ]
    names = ("id", "risk", "likelihood", "severity", "guards", "residual")
    return table(heads(formatter, *names), rows, none=nothing(formatter))


def tests_of_guards(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return which test holds each guard that is in use here."""
    lang = formatter.text.lang
    rows = [
        (risk.id, getattr(guard, lang), guard.test.replace("::", ": ").replace("_", " "))
        for risk in read_risks()
        for guard in risk.guards
        if _is_in_use(guard.needs, facts)
    ]
    return table(heads(formatter, "id", "guards", "test"), rows, none=nothing(formatter))


def hashes(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return the hashes of what the version was made from."""
    made = facts.evaluation.made_from
    named = {name: str(made[f"{name}_sha256"]) for name in ("panel", "declaration", "code")}
    rows = [(formatter.text(f"paper.hash.{name}"), value) for name, value in named.items()]
    rows += list(made["locks"].items())
    return table(heads(formatter, "what", "hash"), rows, none=nothing(formatter))


def signatures(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return who signed, and when."""
    rows = [(signed.role, signed.name, formatter.day(signed.on)) for signed in facts.job.signed_by]
    return table(heads(formatter, "role", "name", "day"), rows, none=formatter.text("paper.draft"))


TABLES: Mapping[str, Maker] = {
    maker.__name__: maker
    for maker in (
        *(duties, metrics, horizons, groups, checks, tables_read, audited, quality, features, interventions),
        *(risks, tests_of_guards, hashes, signatures, assumptions, protection, retention, monitoring, fairness),
    )
}
"""By the name that templates use."""


def _value(rows: Any, metric: str, model: str, formatter: Formatter) -> str:
    """Return a metric with its interval; a sign where it was not evaluated."""
    found = rows[(rows["metric"] == metric) & (rows["model"] == model)]
    if found.empty:
        return formatter.number(None)
    row = found.iloc[0]
    interval = format_metric_interval(metric, float(row["low"]), float(row["high"]), formatter)
    value = format_metric(metric, float(row["value"]), formatter)
    return formatter.text("paper.value", value=value, interval=interval) if interval else value


def _guards(guards: Any, facts: PaperFacts, formatter: Formatter) -> str:
    """Return the guards of a risk as one text; those that are not in use here are named as such."""
    lang = formatter.text.lang
    named = [
        getattr(guard, lang)
        if _is_in_use(guard.needs, facts)
        else formatter.text("paper.unused", guard=getattr(guard, lang))
        for guard in guards
    ]
    return "".join(f"{text}。" for text in named) if lang == "zh" else " ".join(f"{text}." for text in named)


def _is_in_use(needs: str, facts: PaperFacts) -> bool:
    return needs == ALWAYS or needs in facts.in_use
