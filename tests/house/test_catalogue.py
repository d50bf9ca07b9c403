"""Every sentence of the terminal has its Chinese, with the same values, and is compiled."""

import ast
import re
import runpy
import string
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.house.places import MODULES, PACKAGE, REPOSITORY

TOOL = SimpleNamespace(**runpy.run_path(str(REPOSITORY / ".ci" / "catalogue.py")))


def values(text: str) -> set[str | None]:
    return {re.split(r"[.!\[]", name)[0] for _, name, _, _ in string.Formatter().parse(text) if name}


def sentences(path: Path) -> Iterator[ast.expr]:
    """The arguments that are sentences, of every call of a function that takes some."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in TOOL.KEYWORDS:
            numbers = TOOL.KEYWORDS[name] or (1,)
            yield from (node.args[number - 1] for number in numbers if number <= len(node.args))


def test_no_sentence_is_missing_from_the_catalogue_and_none_is_unused() -> None:
    assert TOOL.po_of(TOOL.up_to_date(TOOL.read())) == TOOL.PO.read_bytes()


def test_every_sentence_is_translated() -> None:
    assert TOOL.missing(TOOL.read()) == []


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    with TOOL.PO.with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for message in TOOL.read():
        if message.pluralizable:
            assert compiled.ngettext(*message.id, 2) == message.string[0]
        elif message.id:
            assert compiled.gettext(message.id) == message.string


def test_a_translation_names_the_same_values() -> None:
    for message in TOOL.read():
        ids, strings = ((text,) if isinstance(text, str) else text for text in (message.id, message.string))
        for translation in strings if ids[0] else ():
            assert values(translation) - {"count"} == values(ids[-1]) - {"count"}, ids


def test_no_sentence_escapes_the_extraction() -> None:
    catalogue = TOOL.read()
    literals = {
        node.value for path in MODULES for node in sentences(path) if isinstance(node, ast.Constant) and node.value
    }
    ids = {text for message in catalogue for text in ([message.id] if isinstance(message.id, str) else message.id)}
    assert literals <= ids


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_sentence_is_never_an_f_string(path: Path) -> None:
    built = [ast.unparse(node) for node in sentences(path) if isinstance(node, ast.JoinedStr | ast.BinOp)]
    assert [text for text in built if not text.startswith("f'attrition ")] == []
