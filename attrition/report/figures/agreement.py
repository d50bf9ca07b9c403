"""How far evaluators agree about one contact, and how a team's scores jump when its evaluator changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from attrition.report.figures.evaluators.agreement import Agreement, agreement
from attrition.report.figures.evaluators.takeovers import Takeovers, takeovers

if TYPE_CHECKING:
    from attrition.report.figures.evaluators.source import Evaluations

LEAST_CONTACTS = 20
"""Contacts that were scored twice, from which agreement is shown."""
COLUMNS = ["item", "contacts", "difference", "within", "icc", "icc_low", "icc_high"]


@dataclass(frozen=True, kw_only=True, eq=False)
class EvaluatorAgreement:
    """Agreement on contacts scored twice, of whole evaluations and by item, and takeovers; None where not known."""

    contacts: Agreement | None
    items: pd.DataFrame | None
    takeovers: Takeovers | None


def evaluator_agreement(source: Evaluations) -> EvaluatorAgreement | None:
    """Return how far evaluators agree; None where neither can be told."""
    year, has_contacts = source.year, "contact_id" in source.whole
    contacts = _shown(agreement(year), source) if has_contacts else None
    by_item = None if source.items is None or not has_contacts else _by_item(source)
    jumps = takeovers(year)
    if jumps is not None:
        names = ("jump", "jump_low", "jump_high", "usual", "usual_low", "usual_high")
        jumps = replace(jumps, **{name: round(getattr(jumps, name), 1) for name in names})
    if contacts is None and jumps is None:
        return None
    return EvaluatorAgreement(contacts=contacts, items=by_item, takeovers=jumps)


def _shown(value: Agreement | None, source: Evaluations) -> Agreement | None:
    """Return an agreement rounded; None of too few contacts or agents."""
    if value is None or value.contacts < LEAST_CONTACTS or value.agents < source.min_group:
        return None
    points = {name: round(getattr(value, name), 1) for name in ("difference", "within", "within_low", "within_high")}
    shares = {name: round(getattr(value, name), 2) for name in ("icc", "icc_low", "icc_high")}
    return replace(value, **points, **shares)


def _by_item(source: Evaluations) -> pd.DataFrame:
    """Return the agreement in each item of the form, the least agreement first."""
    parts = {str(item): _shown(agreement(rows), source) for item, rows in source.items_of_year.groupby("item")}
    rows = [(item, *(getattr(part, name) for name in COLUMNS[1:])) for item, part in parts.items() if part is not None]
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(["icc", "item"], ignore_index=True)
