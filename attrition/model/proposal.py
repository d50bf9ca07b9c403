"""A model's declaration with some settings of its trees changed; every other line and comment is kept."""

from __future__ import annotations

import re
import tomllib

from attrition.declared import parse
from attrition.errors import DeclarationError
from attrition.model.spec import Spec
from attrition.model.tunable import with_settings


def propose_declaration(text: str, values: dict[str, float]) -> str:
    """Return the declaration with these settings under [trees].

    Parameters
    ----------
    text : str
        models/resignation.toml as it is.
    values : dict
        Settings by name; one that the text leaves to its default is added at the end of [trees].

    Raises
    ------
    DeclarationError
        The text is formatted in a way that cannot be changed safely; says what to change by hand.

    Examples
    --------
    >>> declared = ['name = "resignation"', "[trees]", "depth = 3  # shallow", "", "[bands]"]
    >>> for line in propose_declaration(chr(10).join(declared), {"depth": 4, "l2": 5.0}).splitlines():
    ...     print(repr(line))
    'name = "resignation"'
    '[trees]'
    'depth = 4  # shallow'
    'l2 = 5.0'
    ''
    '[bands]'
    """
    before, header, trees, after = _split(text if text.endswith("\n") else f"{text}\n")
    for name, value in values.items():
        line = re.compile(rf"^(\s*{name}\s*=\s*)[^\s#]+", flags=re.MULTILINE)
        trees, changed = line.subn(rf"\g<1>{value}", trees)
        trees = trees if changed else f"{trees.rstrip()}\n{name} = {value}\n{_blank(trees)}"
    proposed = before + header + trees + after
    _require_equal(text, proposed, values)
    return proposed


def _split(text: str) -> tuple[str, str, str, str]:
    """Split a declaration into what comes before [trees], its header, its lines, and what comes after."""
    match = re.search(r"^\[trees\][^\n]*\n", text, flags=re.MULTILINE)
    if not match:
        return text.rstrip() + "\n\n", "[trees]\n", "", ""
    following = re.search(r"^\[", text[match.end() :], flags=re.MULTILINE)
    end = match.end() + following.start() if following else len(text)
    return text[: match.start()], match[0], text[match.end() : end], text[end:]


def _blank(lines: str) -> str:
    """Return the empty lines at the end of a part, which stay between it and the next."""
    return "\n" * max(len(lines) - len(lines.rstrip("\n")) - 1, 0)


def _require_equal(text: str, proposed: str, values: dict[str, float]) -> None:
    """Read both declarations, and raise unless the new one is the old one with these values."""
    try:
        old, new = (parse(tomllib.loads(content), Spec, where="the proposal") for content in (text, proposed))
        is_equal = new == with_settings(old, values)
    except (tomllib.TOMLDecodeError, DeclarationError):
        is_equal = False
    if not is_equal:
        by_hand = ", ".join(f"{name} = {value}" for name, value in values.items())
        raise DeclarationError(
            f"the model's declaration could not be changed automatically; under [trees] set {by_hand}"
        )
