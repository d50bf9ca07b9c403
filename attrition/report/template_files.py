"""Read the files in `templates/`: HTML templates, style sheets and the script of the pages."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def template_text(name: str) -> str:
    """Return the text of the file of this name; each file is read once."""
    return (files("attrition.report") / "templates" / name).read_text(encoding="utf-8")
