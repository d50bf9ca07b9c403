"""What the design and the readings of a pilot share: the intervention that is tried, and files in words and figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrition.data.people.protection import mode_sentence, naming_notes
from attrition.errors import UserError, did_you_mean
from attrition.message import joined
from attrition.pilot.lessons import EffectEstimate
from attrition.predict.intervention import Intervention
from attrition.predict.playbook import DO_NOTHING, Playbook
from attrition.steps.mode import read_mode


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
    """Write a page in each language, which ends as `with_notes` says."""
    for language, text in pages.items():
        (folder / f"{name}.{language}.md").write_text(with_notes(text, language, workspace), encoding="utf-8")


def with_notes(text: str, language: str, workspace: Path) -> str:
    """Return a page that ends with the workspace's mode, and without pseudonyms with saying so.

    Examples
    --------
    >>> print(with_notes("# A pilot", "en", Path("a-workspace-of-an-earlier-version")))
    # A pilot
    <BLANKLINE>
    Mode individual: figures of single agents are shown to those whose task is retention.
    <BLANKLINE>
    Staff numbers stand in clear in the products of this workspace, which has no pipelines/people.toml; \
`attrition pseudonyms on` changes that.
    """
    notes = [mode_sentence(read_mode(workspace), language), *(note[language] for note in naming_notes(workspace))]
    return "\n\n".join([text.rstrip("\n"), *notes]) + "\n"
