"""What the design and the readings of a pilot share: the intervention that is tried, and files in words and figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrition.data.people.protection import naming_notes
from attrition.errors import UserError, did_you_mean
from attrition.message import joined
from attrition.pilot.lessons import EffectEstimate
from attrition.predict.intervention import Intervention
from attrition.predict.playbook import DO_NOTHING, Playbook


def triable(book: Playbook, name: str) -> Intervention:
    """Return an intervention of the playbook that a pilot can try.

    Raises
    ------
    UserError
        The playbook has no such intervention, or it means to do nothing.
    """
    names = [item.id for item in book.interventions if item.id != DO_NOTHING]
    if name not in names:
        raise UserError(
            "{name} is no intervention of models/playbook.toml that can be tried{hint}; there are: {names}",
            name=name,
            hint=did_you_mean(name, names),
            names=joined(", ", names),
        )
    return book[name]


def prior_effect(item: Intervention) -> EffectEstimate:
    """Return the effect that the playbook declares, before any pilot."""
    evidence = item.evidence
    return EffectEstimate(hazard_ratio=evidence.hazard_ratio, low=evidence.low, high=evidence.high)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write plain values; any other value is written as its text."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")


def write_pages(folder: Path, name: str, pages: Mapping[str, str], *, workspace: Path) -> None:
    """Write a page in each language; one of a workspace without pseudonyms ends with saying so."""
    for language, text in pages.items():
        notes = [note[language] for note in naming_notes(workspace)]
        (folder / f"{name}.{language}.md").write_text("\n\n".join([text.rstrip("\n"), *notes]) + "\n", encoding="utf-8")
