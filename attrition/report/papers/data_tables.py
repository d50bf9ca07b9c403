"""The tables of papers about the data: what is read, what is kept apart, what was repaired, and what the model sees."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from attrition.data.phrase import in_language
from attrition.report.figures.tables import rows_of
from attrition.report.model_metrics import format_quality_rule
from attrition.report.papers.markdown import Markdown, bullets, table
from attrition.report.papers.table_heads import heads, nothing

if TYPE_CHECKING:
    from attrition.report.formatter import Formatter
    from attrition.report.papers.facts import PaperFacts, TableRead


def tables_read(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return every table that is read: rows, newest row, how late rows become known, and its columns."""
    rows = [
        (
            formatter.text.name("table", read.name),
            in_language(read.grain, formatter.text.lang),
            formatter.number(read.rows) if read.rows is not None else formatter.text("paper.database"),
            formatter.day(read.newest) if read.newest else formatter.text("paper.undated"),
            _delay(read, formatter),
            formatter.comma_list(column.zh if formatter.text.lang == "zh" else column.en for column in read.columns),
        )
        for read in facts.data.tables
    ]
    names = ("table", "grain", "rows", "newest", "delay", "columns")
    return table(heads(formatter, *names), rows, none=nothing(formatter))


def audited(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return which columns are read and never become a feature: for audits, names, and reasons of exits."""
    rows = [
        (
            formatter.text.name("table", read.name),
            column.zh if formatter.text.lang == "zh" else column.en,
            formatter.text("paper.use.audit" if column.is_protected else "paper.use.name"),
        )
        for read in facts.data.tables
        for column in read.columns
        if column.is_protected or column.is_name
    ]
    return table(heads(formatter, "table", "column", "use"), rows, none=nothing(formatter))


def quality(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return what was set aside, repaired or noticed when the tables were read."""
    lines = facts.data.quality
    lines = lines[(lines["rows"] > 0) & ~lines["rule"].isin(("rows read", "rows used"))]
    rows = [
        (formatter.text.name("table", row.table), format_quality_rule(row, formatter), formatter.number(row.rows))
        for row in rows_of(lines)
    ]
    return table(heads(formatter, "table", "rule", "rows"), rows, none=formatter.text("quality.clean"))


def features(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return how many features each family has, and what they say."""
    families = Counter(feature.family for feature in facts.data.features)
    is_chinese = formatter.text.lang == "zh"
    rows = [
        (
            formatter.text.name("family", family),
            formatter.number(count),
            formatter.comma_list(
                feature.zh if is_chinese else feature.en for feature in facts.data.features if feature.family == family
            ),
        )
        for family, count in sorted(families.items())
    ]
    return table(heads(formatter, "family", "count", "features"), rows, none=nothing(formatter))


def assumptions(facts: PaperFacts, formatter: Formatter) -> Markdown:
    """Return what was assumed of the data."""
    lang = formatter.text.lang
    return bullets((item.get(lang, item["en"]) for item in facts.data.assumptions), none=nothing(formatter))


def _delay(read: TableRead, formatter: Formatter) -> str:
    if read.has_record_time:
        return formatter.text("paper.delay.recorded")
    if read.delay_days is None:
        return formatter.text("paper.delay.assumed")
    return formatter.value(float(read.delay_days), "days")
