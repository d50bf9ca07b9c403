"""Render the package's Jinja templates: every value is escaped for HTML, and a missing variable is an error."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from attrition.report.sentences import capital
from attrition.report.template_files import template_text


def render(template: str, **variables: Any) -> Markup:
    """Return the template of this file name, filled with variables."""
    return Markup(_environment().get_template(template).render(variables))


@cache
def script_hash() -> str:
    """Return the hash of `report.js` for the content security policy of a page, which allows no other script."""
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
