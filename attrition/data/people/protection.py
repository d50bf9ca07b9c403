"""How people's data are protected: what pipelines/people.toml declares, and the one function that reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from attrition import declared
from attrition.declared import Declaration

PEOPLE = Path("pipelines") / "people.toml"
"""The declaration's path in a workspace."""

Mode = Literal["individual", "banded", "group_only"]
"""What may be known of one agent: figures, only bands, or nothing at all."""


class Protection(Declaration):
    """pipelines/people.toml: pseudonyms, what may be known of one agent, and who may read files."""

    pseudonyms: bool = True
    """Whether staff numbers become keyed pseudonyms on the way in; where not, every product says so."""
    mode: Mode = "individual"
    """What may be known of one agent: "individual": figures; "banded": only bands; "group_only": nothing, neither
    stored, nor shown, nor served."""
    files_for: Literal["owner", "group"] = "owner"
    """Who may read products: the user who runs the commands alone (0600, 0700), or their group too (0640, 0750)."""


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
