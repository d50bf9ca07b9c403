"""Render the page of `attrition check`, one HTML document that needs no other file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.data.causes import SEVERITIES, count_by_severity
from attrition.data.people.protection import mode_sentence
from attrition.report.advice import with_code
from attrition.report.check_causes import shown_causes
from attrition.report.check_inputs import WORKBOOK
from attrition.report.figures.tables import rows_of
from attrition.report.formatter import Formatter
from attrition.report.model_metrics import format_quality_rule
from attrition.report.render import render, script_hash
from attrition.report.template_files import template_text
from attrition.report.translations import translations

if TYPE_CHECKING:
    from attrition.report.check_inputs import CheckInputs


def check_page(inputs: CheckInputs, lang: str) -> str:
    """Return the page in one language; the same inputs give the same text, byte for byte."""
    formatter = Formatter(translations(lang), "")
    causes = shown_causes(inputs, formatter)
    context: dict[str, Any] = {
        "inputs": inputs,
        "mode_sentence": mode_sentence(inputs.mode, lang),
        "text": formatter.text,
        "formatter": formatter,
        "rows_of": rows_of,
        "with_code": with_code,
        "rule_text": lambda row: format_quality_rule(row, formatter),
        "verdict": verdict_sentence(inputs, formatter),
        "severities": [(name, [cause for cause in causes if cause.severity == name]) for name in SEVERITIES],
        "assumptions": [assumption.get(lang, assumption["en"]) for assumption in inputs.assumptions],
        "workbook": WORKBOOK,
        "style": template_text("style.css") + template_text("check.css"),
        "script": template_text("report.js"),
        "script_hash": script_hash(),
    }
    return str(render("check.html", **context))


def verdict_sentence(inputs: CheckInputs, formatter: Formatter) -> str:
    """Return whether the panel can be built, and how many causes there are of each severity."""
    return formatter.text(f"check.verdict.{inputs.grade}", **count_by_severity(inputs.causes))
