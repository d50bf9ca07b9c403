"""The words by which files, headings and values are recognised: the contract's own, and a list in three languages."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from attrition.data.forbidden import forbidden_reason
from attrition.data.schema import Column
from attrition.data.tables import ANY_TABLE, TABLES

Synonyms = Mapping[str, tuple[str, ...]]
"""By meaning, the words that mean it, normalised."""

_BRACKETS = re.compile(r"[(\[（【［]([^)\]）】］]*)[)\]）】］]")
_LOWER_UPPER = re.compile(r"(?<=[a-z0-9äöüß])(?=[A-ZÄÖÜ])")
_ROMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@cache
def _listed() -> dict[str, Any]:
    return tomllib.loads(files("attrition.data.guess").joinpath("words.toml").read_text(encoding="utf-8"))


@cache
def normalised(text: str) -> str:
    """Return a heading or value without brackets, capitals, punctuation and repeated blanks, as the list is compared.

    Examples
    --------
    >>> normalised("应出勤(小时)"), normalised("Date_Of-Hire "), normalised("LastWorkingDate"), normalised("Währung")
    ('应出勤', 'date of hire', 'last working date', 'waehrung')
    >>> normalised("Sched Hrs")
    'scheduled hours'
    """
    text = unicodedata.normalize("NFKC", text)
    bare = _BRACKETS.sub(" ", text).strip() or text
    split = _LOWER_UPPER.sub(" ", bare).lower().translate(_ROMAN)
    words = re.sub(r"[\W_]+", " ", split).split()
    return " ".join(_listed()["abbreviations"].get(word, word) for word in words) or split.strip()


def normalised_value(text: str) -> str:
    """Return a value as the list is compared, with what stands in its brackets.

    Examples
    --------
    >>> normalised_value("Aufhebungsvertrag (Wunsch AN)"), normalised_value("辞职 ")
    ('aufhebungsvertrag wunsch an', '辞职')
    """
    return normalised(re.sub(r"[()\[\]（）【】［］]", " ", unicodedata.normalize("NFKC", text)))


def bracketed(heading: str) -> str:
    """Return what stands in the brackets of a heading, such as its unit; "" where there is none.

    Examples
    --------
    >>> bracketed("应出勤（小时）"), bracketed("Salary")
    ('小时', '')
    """
    return next(iter(_BRACKETS.findall(unicodedata.normalize("NFKC", heading))), "").strip().lower()


@cache
def heading_words(table: str) -> Mapping[str, tuple[str, ...]]:
    """Return by column of a table the headings that stand for it, normalised, the contract's names first."""
    listed = _listed()["headings"]
    columns = (*TABLES[table].columns, *ANY_TABLE)
    return {
        column.name: _distinct(
            [column.name, column.zh, *listed.get(f"{table}.{column.name}", listed.get(column.name, ()))]
        )
        for column in columns
    }


@cache
def all_headings() -> frozenset[str]:
    """Return every heading of the list, normalised and without blanks: by them rows of headings are recognised."""
    private = {normalised(word).replace(" ", "") for group in _listed()["private"].values() for word in group}
    columns = (words for table in TABLES for words in heading_words(table).values())
    return frozenset(private) | {word.replace(" ", "") for words in columns for word in words if word}


@cache
def raw_headings() -> tuple[str, ...]:
    """Return every heading of the list as it is written, by which the encoding of a file is weighed."""
    listed = [word for words in _listed()["headings"].values() for word in words]
    return tuple(dict.fromkeys([*listed, *(column.zh for table in TABLES.values() for column in table.columns)]))


@cache
def file_words() -> Synonyms:
    """Return by table the words that names of files, sheets and titles hold, the table's own name first."""
    listed = _listed()["files"]
    return {table: _distinct([table, *listed.get(table, ())]) for table in TABLES}


@cache
def value_words(table: str, column: Column) -> Synonyms:
    """Return by value of the contract the words that stand for it; empty where a column has no choices.

    Examples
    --------
    >>> from attrition.data.tables import EXITS
    >>> value_words("exits", EXITS["exit_type"])["voluntary"][:3]
    ('voluntary', '主动离职', '主动')
    """
    listed = _listed()["values"]
    words = listed.get(f"{table}.{column.name}", listed.get(column.name, {}))
    usual = listed["boolean"] if column.kind == "boolean" else {}
    choices = column.choices or (("true", "false") if column.kind == "boolean" else ())
    return {choice: _distinct([choice, *words.get(choice, ()), *usual.get(choice, ())]) for choice in choices}


@cache
def unit_words() -> Synonyms:
    """Return by unit of `attrition.data.values.units` the words that headings name it by."""
    return {unit: tuple(word.lower() for word in words) for unit, words in _listed()["units"].items()}


@cache
def feature_words() -> Mapping[str, tuple[str, Mapping[str, Any]]]:
    """Return by heading, normalised and without blanks, the name and the declaration of a feature of a monthly file."""
    return {
        normalised(word).replace(" ", ""): (name, feature["declaration"])
        for name, feature in _listed()["features"].items()
        for word in feature["headings"]
    }


@cache
def exit_actions() -> frozenset[str]:
    """Return the words, normalised, of a column of actions or states whose rows are exits."""
    return frozenset(normalised(word) for word in _listed()["actions"]["exit"])


def privacy(heading: str) -> str:
    """Return "audit" for a heading of a protected attribute, "person" for one of contact data, "" for any other.

    Examples
    --------
    >>> privacy("Age"), privacy("身份证号"), privacy("工号")
    ('audit', 'person', '')
    """
    if forbidden_reason(heading) == forbidden_reason("gender"):
        return "audit"
    text = normalised(heading)
    groups = _listed()["private"]
    return next((group for group in groups if text in {normalised(word) for word in groups[group]}), "")


def _distinct(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normalised(word) for word in words))
