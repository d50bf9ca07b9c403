"""The playbook's interventions in the reader's language: their names and the evidence for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attrition.predict.intervention import Intervention
    from attrition.report.formatter import Formatter


def intervention_names(interventions: Iterable[Intervention], lang: str) -> dict[str, str]:
    """Return the name of each intervention by its id."""
    return {intervention.id: str(getattr(intervention, lang)) for intervention in interventions}


def evidence_text(intervention: Intervention | None, grade: str, formatter: Formatter) -> str:
    """Return the grade of the evidence for an intervention, with its source where the playbook has one."""
    grade_name = formatter.text.name("grade", grade)
    if intervention is None:
        return grade_name
    return formatter.text("evidence", grade=grade_name, source=intervention.evidence.source_in(formatter.text.lang))
