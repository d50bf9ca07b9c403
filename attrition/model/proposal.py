"""Changes settings of the trees in the text of a model's declaration, and keeps every other line and comment."""

from __future__ import annotations

import re
import tomllib

from attrition.declared import parse
from attrition.errors import DeclarationError
from attrition.model.spec import Spec
from attrition.model.tunable import with_settings


def propose_declaration(text: str, values: dict[str, float]) -> str:
    """Return the text of the declaration with new values of some settings under [trees].

    Parameters
    ----------
    text : str
        The content of models/resignation.toml.
    values : dict
        New values by the name of the setting. A setting that the text does not declare is added at the end of [trees].

    Raises
    ------
    DeclarationError
        The changed text does not read as the old declaration with the new values (if the trees are declared inline, for
        example). The message says what to change by hand.

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
        pattern = re.compile(rf"^(\s*{name}\s*=\s*)[^\s#]+", flags=re.MULTILINE)
        trees, replaced = pattern.subn(rf"\g<1>{value}", trees)
        trees = trees if replaced else f"{trees.rstrip()}\n{name} = {value}\n{_blank_lines(trees)}"
    proposed = before + header + trees + after
    _require_equal(text, proposed, values)
    return proposed


def _split(text: str) -> tuple[str, str, str, str]:
    """Return the text before [trees], its header (made up if it is missing), its lines, and the text after it."""
    match = re.search(r"^\[trees\][^\n]*\n", text, flags=re.MULTILINE)
    if not match:
        return text.rstrip() + "\n\n", "[trees]\n", "", ""
    following = re.search(r"^\[", text[match.end() :], flags=re.MULTILINE)
    end = match.end() + following.start() if following else len(text)
    return text[: match.start()], match[0], text[match.end() : end], text[end:]


def _blank_lines(lines: str) -> str:
    """Return the empty lines at the end of a table of the TOML file, which separate it from the next table."""
    return "\n" * max(len(lines) - len(lines.rstrip("\n")) - 1, 0)


def _require_equal(text: str, proposed: str, values: dict[str, float]) -> None:
    """Raise `DeclarationError` unless the new text reads as the old declaration with these values."""
    try:
        old, new = (parse(tomllib.loads(content), Spec, where="the proposal") for content in (text, proposed))
        is_equal = new == with_settings(old, values)
    except (tomllib.TOMLDecodeError, DeclarationError):
        is_equal = False
    if not is_equal:
        by_hand = ", ".join(f"{name} = {value}" for name, value in values.items())
        raise DeclarationError(
            "the model's declaration could not be changed automatically; under [trees] set {by_hand}", by_hand=by_hand
        )
