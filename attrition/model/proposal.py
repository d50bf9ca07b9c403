"""A model's declaration with some settings of its trees changed; every other line and remark stays as it was."""

from __future__ import annotations

import re
import tomllib

from attrition.declared import parse
from attrition.errors import DeclarationError
from attrition.model.spec import Spec
from attrition.model.tunable import with_values


def proposal(text: str, values: dict[str, float]) -> str:
    """Write the declaration with these settings under [trees].

    Parameters
    ----------
    text : str
        models/resignation.toml as it is.
    values : dict
        Settings by name; one that the text leaves to its default is added at the end of [trees].

    Raises
    ------
    DeclarationError
        The text is laid out in a way that cannot be changed safely; says what to change by hand.

    Examples
    --------
    >>> stands = ['name = "resignation"', "[trees]", "depth = 3  # shallow", "", "[bands]"]
    >>> for line in proposal(chr(10).join(stands), {"depth": 4, "l2": 5.0}).splitlines():
    ...     print(repr(line))
    'name = "resignation"'
    '[trees]'
    'depth = 4  # shallow'
    'l2 = 5.0'
    ''
    '[bands]'
    """
    before, header, trees, after = _parted(text if text.endswith("\n") else f"{text}\n")
    for name, value in values.items():
        line = re.compile(rf"^(\s*{name}\s*=\s*)[^\s#]+", flags=re.MULTILINE)
        trees, changed = line.subn(rf"\g<1>{value}", trees)
        trees = trees if changed else f"{trees.rstrip()}\n{name} = {value}\n{_blank(trees)}"
    made = before + header + trees + after
    _require_meant(text, made, values)
    return made


def _parted(text: str) -> tuple[str, str, str, str]:
    """Part a declaration into what comes before [trees], its header, its lines, and what comes after."""
    found = re.search(r"^\[trees\][^\n]*\n", text, flags=re.MULTILINE)
    if not found:
        return text.rstrip() + "\n\n", "[trees]\n", "", ""
    following = re.search(r"^\[", text[found.end() :], flags=re.MULTILINE)
    end = found.end() + following.start() if following else len(text)
    return text[: found.start()], found[0], text[found.end() : end], text[end:]


def _blank(lines: str) -> str:
    """Give the empty lines that end a part, so that they stay between it and the next."""
    return "\n" * max(len(lines) - len(lines.rstrip("\n")) - 1, 0)


def _require_meant(text: str, made: str, values: dict[str, float]) -> None:
    """Read both declarations and stop unless the new one is the old one with these values."""
    try:
        old, new = (parse(tomllib.loads(content), Spec, where="the proposal") for content in (text, made))
        is_meant = new == with_values(old, values)
    except (tomllib.TOMLDecodeError, DeclarationError):
        is_meant = False
    if not is_meant:
        by_hand = ", ".join(f"{name} = {value}" for name, value in values.items())
        raise DeclarationError(f"the model's declaration is laid out in a way of its own; under [trees] set {by_hand}")
