"""Secrets stand in the environment and are put in at the last moment; nothing that is printed holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrition.errors import UserError
from attrition.message import Message

_REFERENCE = re.compile(r"\$\{([^{}]+)\}")


class NotSet(UserError):
    """An environment variable that a declaration names is not set."""


def with_secrets(text: str, environment: Mapping[str, str]) -> str:
    """Return a declared text with each `${NAME}` replaced by that environment variable.

    Raises
    ------
    NotSet
        One is not set; names it.

    Examples
    --------
    >>> with_secrets("key=${KEY}", {"KEY": "a"})
    'key=a'
    """
    missing = [name for name in _REFERENCE.findall(text) if not environment.get(name)]
    if missing:
        raise NotSet(Message("the environment variable {name} is not set", name=missing[0]))
    return _REFERENCE.sub(lambda match: environment[match[1]], text)
