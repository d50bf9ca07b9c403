"""How people's data are protected: what pipelines/people.toml declares, and the one function that reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from attrition import declared
from attrition.data.phrase import Phrase
from attrition.declared import Declaration

PEOPLE = Path("pipelines") / "people.toml"
"""The declaration's path in a workspace."""

Mode = Literal["individual", "banded", "group_only"]
"""What may be known of one agent: figures, only bands, or nothing at all."""


class Protection(Declaration):
    """pipelines/people.toml: pseudonyms, what may be known of one agent, and who may read files."""

    pseudonyms: bool = True
    """Whether staff numbers become keyed pseudonyms on the way in; where not, every product says so."""
    mending_lists: bool = False
    """Whether `attrition check` lists by staff number, in runs/gone_without_exit.csv, who is gone without an exit: for
    those who complete the list of exits. Other products name them by pseudonym."""
    mode: Mode = "individual"
    """What may be known of one agent: "individual": figures; "banded": only bands; "group_only": nothing, neither
    stored, nor shown, nor served."""
    files_for: Literal["owner", "group"] = "owner"
    """Who may read products: the user who runs the commands alone (0600, 0700), or their group too (0640, 0750)."""


IN_CLEAR = Phrase(
    "Staff numbers stand in clear in the products of this workspace, as pipelines/people.toml declares; "
    "`attrition pseudonyms on` changes that.",
    "按 pipelines/people.toml 的声明，本工作区的产出中工号以明文保存；`attrition pseudonyms on` 可改为假名。",
)
EARLIER = Phrase(
    "Staff numbers stand in clear in the products of this workspace, which has no pipelines/people.toml; "
    "`attrition pseudonyms on` changes that.",
    "本工作区没有 pipelines/people.toml，产出中工号以明文保存；`attrition pseudonyms on` 可改为假名。",
)
"""What every product of a workspace without pseudonyms says."""

UNDECLARED = Protection(pseudonyms=False)
"""What holds in a workspace that was made before there was pipelines/people.toml."""


def read_protection(workspace: Path) -> Protection:
    """Read how a workspace protects people's data; one without the file has staff numbers in clear, as before.

    Examples
    --------
    >>> read_protection(Path("a-workspace-of-an-earlier-version")).pseudonyms
    False
    """
    path = workspace / PEOPLE
    return declared.read(path, Protection) if path.exists() else UNDECLARED


def naming_note(workspace: Path) -> Phrase | None:
    """Return what every product says of a workspace without pseudonyms; None where there are pseudonyms.

    Examples
    --------
    >>> print(naming_note(Path("a-workspace-of-an-earlier-version"))[:29])
    Staff numbers stand in clear
    """
    if read_protection(workspace).pseudonyms:
        return None
    return IN_CLEAR if (workspace / PEOPLE).exists() else EARLIER


def naming_notes(workspace: Path) -> list[dict[str, str]]:
    """Return the note of a workspace without pseudonyms by language, as a list that may be empty."""
    note = naming_note(workspace)
    return [] if note is None else [{"en": str(note), "zh": note.zh}]
