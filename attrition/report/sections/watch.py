"""Whom to talk to, about what, and what can be offered: the watch list of the HR partner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report.sentences import by_name, sentence

if TYPE_CHECKING:
    from attrition.report.form import Form
    from attrition.report.month import Month
    from attrition.report.products import Products
    from attrition.report.watch import Watched


def content(month: Month, form: Form) -> dict[str, Any]:
    """Give the list in bands, and how drivers and offers are worded."""
    bands: dict[str, list[Any]] = {}
    for watched in month.watched:
        bands.setdefault(watched.band, []).append(watched)
    return {"bands": bands, "topics": lambda watched: topics(watched, form), **wording(month.products, form)}


def topics(watched: Watched, form: Form) -> list[str]:
    """Say what to ask about, one question per lever that stands out; warning signs are not talked about."""
    levers = dict.fromkeys(row.lever for row in watched.raising)
    return [form.words(f"talk.{lever}") for lever in levers if lever != "none"]


def wording(products: Products, form: Form) -> dict[str, Any]:
    """Say how drivers and offers are worded."""
    declared = by_name(products.features)
    offers = {offered.id: offered for offered in products.interventions}
    return {
        "sentence": lambda row: sentence(vars(row), declared, form),
        "offer_name": lambda name: str(getattr(offers[name], form.words.lang)) if name in offers else name,
        "offer_evidence": lambda name, grade: evidence(offers.get(name), grade, form),
    }


def evidence(offered: Any, grade: str, form: Form) -> str:
    """Say how the effect of an intervention was learned, and where."""
    if offered is None:
        return form.words.name("grade", grade)
    return form.words(
        "evidence", grade=form.words.name("grade", grade), source=offered.evidence.source_in(form.words.lang)
    )
