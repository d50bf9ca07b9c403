"""How a workspace calls people: by staff numbers, or by pseudonyms of one key, and who of them was erased."""

from __future__ import annotations

from pathlib import Path

from attrition.data.people.people_file import erased_mark
from attrition.data.people.protection import read_protection
from attrition.data.people.pseudonyms import Pseudonyms

CLEAR = ""
"""The naming of a workspace whose tables hold staff numbers as they are."""


def naming(workspace: Path) -> str:
    """Return what decides how people are called in a workspace: its pseudonyms, and who was erased; "" without any."""
    key = Pseudonyms.open(workspace).key_mark if read_protection(workspace).pseudonyms else CLEAR
    return f"{key} {erased_mark(workspace)}".strip()
