"""Render the page of `attrition monitor`, one HTML document that needs no other file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from attrition.data.people.protection import mode_sentence
from attrition.data.phrase import in_language
from attrition.monitor.alarm import KINDS
from attrition.monitor.inputs import VALUES
from attrition.report import charts
from attrition.report.advice import with_code
from attrition.report.alarm_sentences import alarm_sentence
from attrition.report.figures.tables import rows_of
from attrition.report.formatter import Formatter
from attrition.report.render import render, script_hash
from attrition.report.template_files import template_text
from attrition.report.translations import translations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attrition.data.people.protection import Mode
    from attrition.features.declare import Feature
    from attrition.monitor.watch import Watch

PARTS = ("level", "list", "inputs", "scores", "abstained", "todo")
MONTHS_SHOWN = 12


@dataclass(frozen=True, kw_only=True, eq=False)
class MonitorInputs:
    """What the page is made of.

    Parameters
    ----------
    site : str
        The name of the centre.
    mode : {"individual", "banded", "group_only"}
        What may be known of one agent.
    watch : Watch
        What was watched.
    features : sequence of Feature
        The declarations that name features in words.
    smallest_group : int
        Counts of fewer are not shown.
    months_between : float
        The declared months between false alarms.
    moved_share : float
        The declared share of the model from which on a family is an alarm.
    """

    site: str
    mode: Mode
    watch: Watch
    features: Sequence[Feature]
    smallest_group: int
    months_between: float
    moved_share: float


def monitor_page(inputs: MonitorInputs, lang: str, *, other: str = "") -> str:
    """Return the page in one language; the same inputs give the same text, byte for byte.

    `other` is the file of the same page in the other language, to which it links.
    """
    formatter, watch = Formatter(translations(lang), ""), inputs.watch
    sentences = [
        (alarm.kind, in_language(alarm_sentence(alarm, smallest_group=inputs.smallest_group), lang))
        for alarm in watch.alarms
    ]
    context: dict[str, Any] = {
        "inputs": inputs,
        "mode_sentence": mode_sentence(inputs.mode, lang),
        "watch": watch,
        "text": formatter.text,
        "formatter": formatter,
        "rows_of": rows_of,
        "with_code": with_code,
        "other": other,
        "other_language": translations("en" if lang == "zh" else "zh")("lang.name"),
        "parts": PARTS,
        "kinds": KINDS,
        "alarms": sentences,
        "notes": [in_language(note, lang) for note in watch.notes],
        "centre": centre_months(watch.level),
        "chart": _level_chart(watch.level, formatter),
        "sites": site_totals(watch.level),
        "moved": moved_features(watch, inputs.features, lang),
        "newest_scores": newest_months(watch.scores, "subject"),
        "newest_abstained": newest_months(watch.abstained, "group"),
        "style": template_text("style.css") + template_text("charts.css") + template_text("monitor.css"),
        "script": template_text("report.js"),
        "script_hash": script_hash(),
    }
    return str(render("monitor.html", **context))


def alarm_help(lang: str) -> list[dict[str, str]]:
    """Return for each kind of alarm its title and the four paragraphs of what to do, in one language.

    Examples
    --------
    >>> [part["kind"] for part in alarm_help("en")][:2]
    ['level', 'site_level']
    """
    text = translations(lang)
    parts = ("means", "check", "then", "tell")
    return [
        {"kind": kind, "title": text(f"alarm.{kind}")} | {part: text(f"alarm.{kind}.{part}") for part in parts}
        for kind in KINDS
    ]


def centre_months(level: pd.DataFrame) -> pd.DataFrame:
    """Return the newest months of the centre, with whether each number lay in its range."""
    if level.empty:
        return level
    months = level[level["level"] == "centre"].sort_values("as_of").tail(MONTHS_SHOWN).reset_index(drop=True)
    return months.assign(is_inside=months["observed"].between(months["low"], months["high"]))


def site_totals(level: pd.DataFrame) -> pd.DataFrame:
    """Return by site its mean headcount, and expected and actual resignations of all months together."""
    sites = level[level["level"] == "site"] if len(level) else level
    if sites.empty:
        return sites
    totals = sites.groupby("unit", sort=True).agg(
        headcount=("headcount", "mean"), expected=("expected", "sum"), observed=("observed", "sum"),
        evidence=("evidence", "last"), is_alarm=("is_alarm", "last"),
    )  # fmt: skip
    return totals.assign(ratio=totals["observed"] / totals["expected"].clip(lower=1e-9)).reset_index()


def newest_months(table: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the newest month of each subject."""
    return table if table.empty else table.sort_values("as_of").groupby(key, sort=False).tail(1)


def moved_features(watch: Watch, features: Sequence[Feature], lang: str) -> list[dict[str, Any]]:
    """Return each feature that moved, in words, with its newest amount and limit; what the model uses most first."""
    if watch.families.empty:
        return []
    names = {feature.name: feature.zh if lang == "zh" else feature.en for feature in features}
    moved = {(measure, name) for measure, names_ in watch.families[["measure", "moved"]].values for name in names_}
    newest = watch.inputs.sort_values("as_of").groupby(["measure", "feature"], sort=False).tail(1)
    rows = [row for row in rows_of(newest.sort_values("gain", ascending=False)) if (row.measure, row.feature) in moved]
    return [
        {"name": names.get(row.feature, row.feature), "row": row, "is_index": row.measure == VALUES} for row in rows
    ]


def _level_chart(level: pd.DataFrame, formatter: Formatter) -> Any:
    months = centre_months(level)
    if months.empty:
        return None
    record = months.rename(columns={"observed": "resigned"})
    inside = int(np.count_nonzero(record["is_inside"]))
    alternative = f"{formatter.text('mon.section.level')}: {inside}/{len(record)}"
    return charts.history_chart(record, formatter, alternative)
