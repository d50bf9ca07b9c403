"""The page a person gets of what is held about them: estimates, facts in words, record, models, and their rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from attrition.report.figures.tables import rows_of
from attrition.report.formatter import Formatter
from attrition.report.render import render, script_hash
from attrition.report.template_files import template_text
from attrition.report.translations import translations

SCORES, PANEL = "scores.parquet", "runs/panel.parquet"


@dataclass(frozen=True, eq=False)
class PersonCopy:
    """Everything that is held about one person.

    Parameters
    ----------
    number, pseudonym : str
        The pseudonym is empty where products hold the number.
    written_on : date
    objected_since : date, optional
    site, features : mapping, sequence of mapping
        As in panel.json.
    tables : mapping of str to DataFrame
        Their rows by the path of the product.
    record : sequence of mapping
        What is on record about them.
    models : sequence
        The versions that learnt from them, see `attrition.steps.person_held.LearntModel`.
    explained : sequence of date
        Months with an explanation beside the page.
    """

    number: str
    pseudonym: str
    written_on: date
    objected_since: date | None
    site: Mapping[str, Any]
    features: Sequence[Mapping[str, Any]]
    tables: Mapping[str, pd.DataFrame]
    record: Sequence[Mapping[str, Any]]
    models: Sequence[Any]
    explained: Sequence[date]


def person_page(copy: PersonCopy, lang: str) -> str:
    """Return the page in one language."""
    formatter = Formatter(translations(lang), str(copy.site.get("currency", "")))
    context: dict[str, Any] = {
        "copy": copy,
        "text": formatter.text,
        "formatter": formatter,
        "rows_of": rows_of,
        "estimates": estimates(copy.tables),
        "facts": facts(copy, formatter),
        "months": months_of_facts(copy.tables),
        "files": [(name, len(table)) for name, table in copy.tables.items()],
        "style": template_text("style.css"),
        "script": template_text("report.js"),
        "script_hash": script_hash(),
    }
    return str(render("person.html", **context))


def estimates(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the scores of every month, the newest first; columns that a mode leaves out are missing values."""
    months = [
        table for name, table in tables.items() if name.endswith(f"/{SCORES}") and not name.startswith("runs/backtest")
    ]
    columns = ["as_of", "horizon_months", "risk", "risk_low", "risk_high", "band", "abstain_reason", "model_version"]
    if not months:
        return pd.DataFrame(columns=columns)
    rows = pd.concat([table.reindex(columns=columns).astype(object) for table in months], ignore_index=True)
    rows = rows.assign(as_of=pd.to_datetime(rows["as_of"]))
    return rows.sort_values(["as_of", "horizon_months"], ascending=[False, True], ignore_index=True)


def facts(copy: PersonCopy, formatter: Formatter) -> list[tuple[str, str]]:
    """Return the facts of the newest month: each feature in words, its value with its unit; none that is unknown."""
    panel = copy.tables.get(PANEL)
    if panel is None:
        return []
    newest = panel.sort_values("as_of").iloc[-1]
    named = [(feature, newest.get(feature["name"])) for feature in copy.features]
    lang = formatter.text.lang
    return [(feature[lang], _shown(value, feature["unit"], formatter)) for feature, value in named if pd.notna(value)]


def months_of_facts(tables: Mapping[str, pd.DataFrame]) -> tuple[date, date, int] | None:
    """Return the first and the last month of the panel, and how many there are."""
    panel = tables.get(PANEL)
    if panel is None:
        return None
    days = pd.to_datetime(panel["as_of"])
    return days.min().date(), days.max().date(), len(days)


def _shown(value: Any, unit: str, formatter: Formatter) -> str:
    return formatter.text.name("value", value) if isinstance(value, str) else formatter.value(float(value), unit)
