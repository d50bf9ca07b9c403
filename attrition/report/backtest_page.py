"""Render the page of `attrition backtest`, one HTML document that needs no other file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import charts
from attrition.report.backtest_charts import capture_chart, level_over_time, order_over_time
from attrition.report.backtest_sentences import (
    LEVELS,
    answer_parts,
    level_of_100,
    tried_sentence,
    verdict_sentence,
)
from attrition.report.figures.tables import rows_of
from attrition.report.figures.track_record import monthly_shares
from attrition.report.formatter import Formatter
from attrition.report.model_metrics import THIS_MODEL
from attrition.report.render import render, script_hash
from attrition.report.template_files import template_text
from attrition.report.translations import translations

if TYPE_CHECKING:
    from attrition.report.backtest_inputs import BacktestInputs


def backtest_page(inputs: BacktestInputs, lang: str, *, other: str = "") -> str:
    """Return the page in one language; the same inputs give the same text, byte for byte.

    `other` is the file of the same page in the other language, to which it links.
    """
    formatter = Formatter(translations(lang), "")
    context: dict[str, Any] = {
        "inputs": inputs,
        "text": formatter.text,
        "formatter": formatter,
        "rows_of": rows_of,
        "of_100": lambda ratio: level_of_100(ratio, formatter),
        "levels": [level for level in LEVELS if level in set(inputs.ranges["level"])],
        "verdict": verdict_sentence(inputs, formatter),
        "tried": tried_sentence(inputs, formatter),
        "parts": answer_parts(inputs, formatter),
        "other": other,
        "other_language": translations("en" if lang == "zh" else "zh")("lang.name"),
        "record": monthly_shares(inputs.history),
        **(_charts(inputs, formatter) if inputs.people else {}),
        "style": template_text("style.css") + template_text("charts.css") + template_text("backtest.css"),
        "script": template_text("report.js"),
        "script_hash": script_hash(),
    }
    return str(render("backtest.html", **context))


def answer(inputs: BacktestInputs, lang: str) -> dict[str, Any]:
    """Return the words at the top of the page as plain values: ``word``, ``verdict``, ``tried``, and ``parts``."""
    formatter = Formatter(translations(lang), "")
    return {
        "word": formatter.text(f"bt.word.{inputs.grade}"),
        "verdict": verdict_sentence(inputs, formatter),
        "tried": tried_sentence(inputs, formatter),
        "parts": answer_parts(inputs, formatter),
    }


def _charts(inputs: BacktestInputs, formatter: Formatter) -> dict[str, Any]:
    text, own = formatter.text, str(inputs.gains["model"].iloc[0])
    record = monthly_shares(inputs.history)
    models = inputs.gains.rename(columns={"auc": "value"}).replace({"model": {own: THIS_MODEL}})
    models = models[models["model"] != "base_rate"]
    groups = inputs.calibration
    ends = [
        formatter.share(value, 0) for value in [*groups["expected"].iloc[[0, -1]], *groups["observed"].iloc[[0, -1]]]
    ]
    named_ends = dict(zip(("low_expected", "high_expected", "low_observed", "high_observed"), ends, strict=True))
    top = formatter.share(inputs.capacity_share, 0)
    of_parts = dict(answer_parts(inputs, formatter))
    return {
        "auc_chart": charts.auc_chart(models, formatter, of_parts[text("bt.part.order")]),
        "capture_chart": capture_chart(inputs.captured, own, inputs.capacity_share, formatter),
        "calibration_chart": charts.calibration_chart(groups, formatter, text("chart.calibration.alt", **named_ends)),
        "history_chart": charts.history_chart(record, formatter, of_parts[text("bt.part.ranges")]),
        "flagged_chart": charts.flagged_chart(
            record, formatter, text("chart.flagged", top=top), of_parts[text("bt.part.list")]
        ),
        "order_chart": order_over_time(inputs.origins, formatter),
        "level_chart": level_over_time(inputs.origins, formatter),
    }
