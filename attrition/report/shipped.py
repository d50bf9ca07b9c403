"""The files that ship beside the report's code: templates, style sheets, the script."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def source(name: str) -> str:
    """Read one of them."""
    return (files("attrition.report") / "templates" / name).read_text(encoding="utf-8")
