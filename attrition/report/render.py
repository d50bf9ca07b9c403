"""Renders the package's Jinja templates: everything is escaped, and a missing value is an error."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from attrition.report.sentences import capital
from attrition.report.template_files import template_text


def render(template: str, **content: Any) -> Markup:
    """Return a template filled with content."""
    return Markup(_environment().get_template(template).render(content))


@cache
def script_hash() -> str:
    """Return the hash of the one script a page may run, for its content security policy."""
    digest = hashlib.sha256(template_text("report.js").encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(template_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["capitalise"] = capital
    return environment
