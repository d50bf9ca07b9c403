"""The account every edition opens with: what earlier reports said, what then happened, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrition.report import charts
from attrition.report.treated import treated_said

if TYPE_CHECKING:
    from attrition.report.form import Form
    from attrition.report.month import Month
    from attrition.report.products import Products


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


def brief(month: Month, form: Form) -> dict[str, Any]:
    """Give the verdict and what is missing, in words."""
    products = month.products
    return {
        "verdict_said": verdict_sentence(month, form),
        "gaps": gap_sentences(products, form),
        "assumptions": [assumption(said, form.words.lang) for said in products.assumptions],
    }


def content(month: Month, form: Form) -> dict[str, Any]:
    """Give the whole account with its charts."""
    return brief(month, form) | evidence(month, form)


def evidence(month: Month, form: Form) -> dict[str, Any]:
    """Give the account behind a verdict that stands elsewhere already."""
    facts = {name: said for name, said in brief(month, form).items() if name != "verdict_said"}
    return facts | ({} if month.judged.empty else _charts(month, form))


def _charts(month: Month, form: Form) -> dict[str, Any]:
    products, judged, found = month.products, month.judged, month.verdict
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
    helped, of = products.helped, {"horizon": products.horizon, "minimum": products.min_group}
    flagged_said = form.words("chart.flagged.alt", horizon=products.horizon, **shares)
    return {
        "history_said": history_said,
        "history_chart": charts.history_chart(judged, form, history_said),
        "helped": [] if helped is None else treated_said(helped, form, **of),
        "flagged_said": flagged_said,
        "flagged_chart": charts.flagged_chart(judged, form, form.words("chart.flagged", top=top), flagged_said),
    }
