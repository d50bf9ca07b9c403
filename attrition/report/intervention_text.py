"""The playbook's interventions in the reader's language: their names and the evidence for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrition.predict.intervention_effects import NOT_TOLD_APART

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attrition.predict.intervention import Intervention
    from attrition.report.formatter import Formatter


def intervention_names(interventions: Iterable[Intervention], lang: str) -> dict[str, str]:
    """Return the name of each intervention by its id."""
    return {intervention.id: str(getattr(intervention, lang)) for intervention in interventions}


def evidence_text(intervention: Intervention | None, grade: str, formatter: Formatter, *, basis: str = "") -> str:
    """Return the grade of the evidence for an intervention, with its source where the playbook has one.

    Where `basis` is `NOT_TOLD_APART`, it says that the cause is none to prefer the intervention for.
    """
    evidence = formatter.text.name("grade", grade)
    if intervention is not None:
        source = intervention.evidence.source_in(formatter.text.lang)
        evidence = formatter.text("evidence", grade=evidence, source=source)
    return formatter.text("evidence.indistinct", evidence=evidence) if basis == NOT_TOLD_APART else evidence
