"""One page per language: everything is computed before, the template only lays it out."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pandas as pd
from jinja2 import Environment, FunctionLoader, StrictUndefined

from attrition.report import charts
from attrition.report.accounts import account, verdict
from attrition.report.form import Form
from attrition.report.health import examined, range_written, written
from attrition.report.sentences import by_name, capital, phrase, sentence, typical
from attrition.report.tables import (
    compared,
    each,
    expected_units,
    feature_points,
    flagged,
    headline,
    lever_points,
    quality_rules,
)
from attrition.report.watch import beyond_capacity, not_scored, watch_list
from attrition.report.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attrition.report.accounts import Verdict
    from attrition.report.products import Products

GLOSSARY = ("agent", "resignation", "expected", "estimate", "band", "flagged", "peers", "driver", "lever", "sign")
GLOSSARY += ("points", "auc", "lift", "recall", "calibration", "market", "occupancy", "adherence")


def page(products: Products, lang: str) -> str:
    """Write the month's report as one HTML document that needs nothing from elsewhere.

    Parameters
    ----------
    products : Products
        The month.
    lang : {"en", "zh"}
        The reader's language.

    Returns
    -------
    str
        The same products give the same text, byte for byte.
    """
    form = Form(words(lang), products.currency)
    content = {
        "p": products,
        "w": form.words,
        "f": form,
        "top": form.share(products.capacity_share, 0),
        "each": each,
        "glossary": GLOSSARY,
        "style": _source("style.css"),
        **_accounted(products, form),
        **_expected(products, form),
        **_drivers(products, form),
        **_watched(products, form),
        **_health(products, form),
    }
    return _environment().get_template("report.html").render(content)


def verdict_sentence(judged: Verdict, products: Products, form: Form) -> str:
    """Say in one sentence how the earlier reports did."""
    return form.words(
        f"verdict.{judged.grade}",
        expected=form.number(judged.expected),
        resigned=form.number(judged.resigned),
        inside=judged.inside,
        months=judged.months,
        horizon=products.horizon,
        top=form.share(products.capacity_share, 0),
        times=form.number(judged.times, 1),
    )


def assumption(said: str | Mapping[str, str], lang: str) -> str:
    """Give an assumption in the reader's language, or as it stands where it was written in one only."""
    return said if isinstance(said, str) else said.get(lang, said["en"])


def gap_sentences(products: Products, form: Form) -> list[str]:
    """Say which source tables are missing or end early."""
    said = []
    for gap in products.gaps:
        table = form.words.name("table", gap.table)
        if gap.newest is None:
            said.append(form.words("gap.missing", table=table))
        else:
            days = (products.as_of - gap.newest).days
            said.append(form.words("gap.late", table=table, date=form.day(gap.newest), days=days))
    return said


def _accounted(products: Products, form: Form) -> dict[str, Any]:
    judged = account(products.history)
    found = verdict(judged)
    content: dict[str, Any] = {
        "judged": judged,
        "verdict": found,
        "verdict_said": verdict_sentence(found, products, form),
        "gaps": gap_sentences(products, form),
        "assumptions": [assumption(said, form.words.lang) for said in products.assumptions],
    }
    if judged.empty:
        return content
    top = form.share(products.capacity_share, 0)
    history_said = form.words(
        "chart.history.alt",
        months=found.months,
        inside=found.inside,
        first=form.month(judged["as_of"].iloc[0]),
        last=form.month(judged["as_of"].iloc[-1]),
        expected=form.number(found.expected),
        resigned=form.number(found.resigned),
    )
    shares = {"flagged": form.share(found.flagged_share, 0), "rest": form.share(found.rest_share, 0)}
    flagged_said = form.words("chart.flagged.alt", horizon=products.horizon, **shares)
    return content | {
        "history_said": history_said,
        "history_chart": charts.history_chart(judged, form, history_said),
        "flagged_said": flagged_said,
        "flagged_chart": charts.flagged_chart(judged, form, form.words("chart.flagged", top=top), flagged_said),
    }


def _expected(products: Products, form: Form) -> dict[str, Any]:
    units = expected_units(products)
    centre = next(row for row in each(units) if row.level == "centre")
    shown = units[(units["level"] != "centre") & ~units["is_hidden"]]
    highest = shown.sort_values("share", ascending=False).head(1)
    said = form.words(
        "chart.units.alt",
        unit=highest["unit"].iloc[0] if len(highest) else form.words("level.centre"),
        share=form.share(highest["share"].iloc[0] if len(highest) else centre.share, 0),
        centre=form.share(centre.share, 0),
    )
    return {
        "units": units,
        "centre": centre,
        "hidden_count": int(units["is_hidden"].sum()),
        "units_said": said,
        "units_chart": charts.units_chart(units, form, said),
    }


def _drivers(products: Products, form: Form) -> dict[str, Any]:
    names = flagged(products)
    drivers = products.drivers[products.drivers["horizon_months"] == products.horizon]
    before = products.drivers_earlier
    levers = lever_points(drivers, names)
    levers = compared(levers, None if before is None else lever_points(before, products.flagged_earlier), "lever")
    said = ""
    if len(levers):
        first = levers.iloc[0]
        lever = form.words.name("lever", first["lever"])
        said = form.words("chart.levers.alt", lever=lever, points=form.points(first["points"]))
    shown = {}
    for name, symptoms in (("features", False), ("symptoms", True)):
        shown[name] = feature_points(drivers, names, symptoms=symptoms, minimum=products.min_group)
    declared = by_name(products.features)
    return shown | {
        "flagged": names,
        "levers": levers,
        "over_peers": form.words("points", n=form.number(levers["points"].sum(), 1)),
        "levers_said": said,
        "levers_chart": charts.levers_chart(levers, form, said) if len(levers) else "",
        "phrase": lambda name: capital(phrase(name, declared, form.words.lang)),
        "in_unit": lambda name, value, category: typical(declared.get(name), value, category, form),
    }


def _watched(products: Products, form: Form) -> dict[str, Any]:
    listed = watch_list(products)
    bands: dict[str, list[Any]] = {}
    for watched in listed:
        bands.setdefault(watched.band, []).append(watched)
    declared = by_name(products.features)
    offers = {offered.id: offered for offered in products.interventions}
    return {
        "bands": bands,
        "listed": listed,
        "beyond": beyond_capacity(products, listed),
        "unscored": int(not_scored(products)["agents"].sum()),
        "scored": len(headline(products)),
        "sentence": lambda row: sentence(row._asdict(), declared, form),
        "offer_name": lambda name: str(getattr(offers[name], form.words.lang)) if name in offers else name,
        "offer_evidence": lambda name, grade: evidence(offers.get(name), grade, form),
    }


def evidence(offered: Any, grade: str, form: Form) -> str:
    """Say how the effect of an intervention was learned, and where."""
    if offered is None:
        return form.words.name("grade", grade)
    return form.words("evidence", grade=form.words.name("grade", grade), source=offered.evidence.source)


def _health(products: Products, form: Form) -> dict[str, Any]:
    table = examined(products)
    auc = table[table["metric"] == "auc"]
    content: dict[str, Any] = {
        "quality": quality_rules(products),
        "metrics": table,
        "written": lambda row: written(row.metric, row.value, form),
        "range_written": lambda row: range_written(row.metric, row.low, row.high, form),
        "auc": auc,
        "isna": pd.isna,
    }
    if len(auc):
        first = next(iter(each(auc)))
        said = form.words(
            "chart.auc.alt",
            model=form.words.name("model", first.model),
            value=written("auc", first.value, form),
            interval=range_written("auc", first.low, first.high, form),
        )
        content |= {"auc_said": said, "auc_chart": charts.auc_chart(auc, form, said)}
    groups = products.calibration
    if groups is not None and len(groups):
        ends = groups.iloc[[0, -1]]
        shares = [form.share(value, 0) for value in [*ends["expected"], *ends["observed"]]]
        names = ("low_expected", "high_expected", "low_observed", "high_observed")
        said = form.words("chart.calibration.alt", **dict(zip(names, shares, strict=True)))
        content |= {"calibration_said": said, "calibration_chart": charts.calibration_chart(groups, form, said)}
    return content


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _source(name: str) -> str:
    """Read a file that ships beside this module."""
    return (files("attrition.report") / "templates" / name).read_text(encoding="utf-8")
