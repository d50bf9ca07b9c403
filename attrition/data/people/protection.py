"""How people's data are protected: what pipelines/people.toml declares, and the one function that reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from attrition import declared
from attrition.data.phrase import Phrase, in_language
from attrition.declared import Declaration

PEOPLE = Path("pipelines") / "people.toml"
"""The declaration's path in a workspace."""

Mode = Literal["individual", "banded", "group_only"]
"""What may be known of one agent: figures, only bands, or nothing at all."""


STRICTNESS: tuple[Mode, ...] = ("individual", "banded", "group_only")
"""The modes from that which shows most to that which shows least."""


def stricter(one: Mode, other: Mode) -> Mode:
    """Return the mode of two that shows less.

    Examples
    --------
    >>> stricter("banded", "individual")
    'banded'
    """
    return max(one, other, key=STRICTNESS.index)


SENTENCES: Mapping[Mode, Phrase] = {
    "individual": Phrase(
        "Mode individual: figures of single agents are shown to those whose task is retention.",
        "模式：个人数值——仅向负责员工保留工作的人员显示个人数值。",
    ),
    "banded": Phrase(
        "Mode banded: of a single agent a band and what stands out are shown, and no figure of the model.",
        "模式：仅等级——对单个座席只显示等级和突出之处，不显示模型的任何数值。",
    ),
    "group_only": Phrase(
        "Mode group only: nothing about a single agent is stored, shown or served.",
        "模式：仅群体——不存储、不显示、不提供任何单个座席的评估结果。",
    ),
}
"""What each page says of the mode in which it was made."""


def mode_sentence(mode: Mode, language: str) -> str:
    """Return the sentence of a mode in a language (``en``, ``zh``).

    Examples
    --------
    >>> mode_sentence("group_only", "en")
    'Mode group only: nothing about a single agent is stored, shown or served.'
    """
    return in_language(SENTENCES[mode], language)


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
