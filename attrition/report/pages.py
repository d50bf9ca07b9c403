"""One page per language: everything is computed before, the template only lays it out."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from attrition.report import charts
from attrition.report.form import Form
from attrition.report.health import model_order, range_written, rule_said, written
from attrition.report.sentences import by_name, capital, phrase, sentence, typical
from attrition.report.tables import drawn_units, each
from attrition.report.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attrition.report.month import Month
    from attrition.report.products import Products

GLOSSARY: tuple[str, ...] = (
    *("agent", "resignation", "expected", "estimate", "band", "flagged", "peers", "driver", "lever", "sign"),
    *("points", "auc", "lift", "recall", "calibration", "market", "occupancy", "adherence"),
)
"""What is defined at the end of the report, in this order."""


def page(month: Month, lang: str) -> str:
    """Write the month's report as one HTML document that needs nothing from elsewhere.

    Parameters
    ----------
    month : Month
        The figures.
    lang : {"en", "zh"}
        The reader's language.

    Returns
    -------
    str
        The same figures give the same text, byte for byte.
    """
    products = month.products
    form = Form(words(lang), products.currency)
    content = {
        "p": products,
        "m": month,
        "w": form.words,
        "f": form,
        "top": form.share(products.capacity_share, 0),
        "each": each,
        "glossary": GLOSSARY,
        **_accounted(month, form),
        **_expected(month, form),
        **_drivers(month, form),
        **_watched(month, form),
        **_health(month, form),
    }
    return render("report.html", **content)


def verdict_sentence(month: Month, form: Form) -> str:
    """Say in one sentence how the earlier reports did."""
    found = month.verdict
    return form.words(
        f"verdict.{found.grade}",
        expected=form.number(found.expected),
        resigned=form.number(found.resigned),
        inside=found.inside,
        months=found.months,
        horizon=month.products.horizon,
        top=form.share(month.products.capacity_share, 0),
        times=form.number(found.times, 1),
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


def _accounted(month: Month, form: Form) -> dict[str, Any]:
    products, judged, found = month.products, month.judged, month.verdict
    content: dict[str, Any] = {
        "verdict_said": verdict_sentence(month, form),
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


def _expected(month: Month, form: Form) -> dict[str, Any]:
    units = month.units
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
        "centre": centre,
        "undrawn": int((~units["is_hidden"]).sum()) - len(drawn_units(units)),
        "hidden_count": int(units["is_hidden"].sum()),
        "units_said": said,
        "units_chart": charts.units_chart(units, form, said),
    }


def _drivers(month: Month, form: Form) -> dict[str, Any]:
    levers = month.levers
    said = ""
    if len(levers):
        first = levers.iloc[0]
        lever = form.words.name("lever", first["lever"])
        said = form.words("chart.levers.alt", lever=lever, points=form.points(first["points"]))
    declared = by_name(month.products.features)
    return {
        "has_before": bool(levers["points_before"].notna().any()),
        "over_peers": form.words("points", n=form.number(levers["points"].sum(), 1)),
        "levers_said": said,
        "levers_chart": charts.levers_chart(levers, form, said) if len(levers) else "",
        "phrase": lambda name: capital(phrase(name, declared, form.words.lang)),
        "in_unit": lambda name, value, category: typical(declared.get(name), value, category, form),
    }


def _watched(month: Month, form: Form) -> dict[str, Any]:
    bands: dict[str, list[Any]] = {}
    for watched in month.watched:
        bands.setdefault(watched.band, []).append(watched)
    declared = by_name(month.products.features)
    offers = {offered.id: offered for offered in month.products.interventions}
    return {
        "bands": bands,
        "sentence": lambda row: sentence(vars(row), declared, form),
        "offer_name": lambda name: str(getattr(offers[name], form.words.lang)) if name in offers else name,
        "offer_evidence": lambda name, grade: evidence(offers.get(name), grade, form),
    }


def evidence(offered: Any, grade: str, form: Form) -> str:
    """Say how the effect of an intervention was learned, and where."""
    if offered is None:
        return form.words.name("grade", grade)
    return form.words("evidence", grade=form.words.name("grade", grade), source=offered.evidence.said(form.words.lang))


def _health(month: Month, form: Form) -> dict[str, Any]:
    auc = month.metrics[month.metrics["metric"] == "auc"]
    measures: dict[str, dict[str, Any]] = {}
    for row in each(month.metrics):
        measures.setdefault(row.metric, {})[row.model] = row
    content: dict[str, Any] = {
        "measures": measures,
        "rule_said": lambda rule: rule_said(rule, form),
        "models": sorted({row.model for row in each(month.metrics)}, key=model_order),
        "written": lambda row: written(row.metric, row.value, form),
        "range_written": lambda row: range_written(row.metric, row.low, row.high, form),
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
    groups = month.calibration
    if len(groups):
        ends = groups.iloc[[0, -1]]
        shares = [form.share(value, 0) for value in [*ends["expected"], *ends["observed"]]]
        names = ("low_expected", "high_expected", "low_observed", "high_observed")
        said = form.words("chart.calibration.alt", **dict(zip(names, shares, strict=True)))
        content |= {"calibration_said": said, "calibration_chart": charts.calibration_chart(groups, form, said)}
    return content


def render(template: str, **content: Any) -> str:
    """Fill a template that ships with the package; everything is escaped, nothing missing is passed over."""
    return _environment().get_template(template).render(content, style=_source("style.css"))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["capitalise"] = capital
    return environment


def _source(name: str) -> str:
    """Read a file that ships beside this module."""
    return (files("attrition.report") / "templates" / name).read_text(encoding="utf-8")
