"""The files in `templates/`: HTML templates, style sheets and the script of a page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def template_text(name: str) -> str:
    """Return the text of one file."""
    return (files("attrition.report") / "templates" / name).read_text(encoding="utf-8")
