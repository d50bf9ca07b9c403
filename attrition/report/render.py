"""Fills the templates that ship with the package; everything is escaped, nothing missing is passed over."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from attrition.report.sentences import capital
from attrition.report.shipped import source


def render(template: str, **content: Any) -> Markup:
    """Fill a template."""
    return Markup(_environment().get_template(template).render(content))


@cache
def script_hash() -> str:
    """Name the one script a page may run, for its content security policy."""
    digest = hashlib.sha256(source("report.js").encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["capitalise"] = capital
    return environment
