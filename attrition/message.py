"""Sentences for the terminal, which keep words and values apart until it is clear in which language they are said."""

from __future__ import annotations

import gettext
import re
import unicodedata
from collections.abc import Iterable
from gettext import NullTranslations
from pathlib import Path
from typing import Any, Literal

DOMAIN, CATALOGUES = "attrition", Path(__file__).parent / "locale"


class Message(str):
    """A sentence: it is the English text, and is said in another language through a catalogue.

    Babel finds the sentences by this name, so that the first argument is a plain literal and no f-string.

    Parameters
    ----------
    template : str
        The English sentence with its values in braces, as for `str.format`; it is the key of the catalogue.
    values : object
        The values: names of files, tables and columns, counts and dates, never the content of a row. Those that are
        messages themselves are translated with the sentence.

    Examples
    --------
    >>> month = Message("{month} is not a month", month="2026-13")
    >>> month == "2026-13 is not a month", month.template
    (True, '{month} is not a month')
    """

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> Message:
        """Return the sentence with its values filled in."""
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template, made.values = template, values
        return made

    def translated(self, catalogue: NullTranslations) -> str:
        """Return the sentence in the language of a catalogue; in English where the catalogue does not hold it."""
        return self._filled(catalogue.gettext(self.template), catalogue) if self.template else ""

    def _filled(self, words: str, catalogue: NullTranslations) -> str:
        values = {name: in_words(value, catalogue) for name, value in self.values.items()}
        return words.format(**values) if values else words

    def __add__(self, other: str) -> Message:
        """Return both texts as one; each is translated by itself."""
        return joined("", (self, other))

    def __radd__(self, other: str) -> Message:
        """Return both texts as one; each is translated by itself."""
        return joined("", (other, self))

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make the message again in another process."""
        return _message_again, (self.template, self.values)


class _Counted(Message):
    """A sentence that depends on a number, with the English sentence for one."""

    singular: str

    def translated(self, catalogue: NullTranslations) -> str:
        words = catalogue.ngettext(self.singular, self.template, self.values["count"])
        return self._filled(words, catalogue)

    def __reduce__(self) -> tuple[Any, ...]:
        return _counted_again, (self.singular, self.template, self.values)


class _Joined(Message):
    """Several texts in a row, each of which is translated by itself."""

    parts: tuple[str, ...]

    def translated(self, catalogue: NullTranslations) -> str:
        separator = catalogue.gettext(self.template) if self.template else ""
        return separator.join(in_words(part, catalogue) for part in self.parts)

    def __reduce__(self) -> tuple[Any, ...]:
        return joined, (self.template, self.parts)


class _Padded(Message):
    """A text filled up with spaces to the width of a column."""

    text: str
    width: int
    side: Literal["<", ">"]

    def translated(self, catalogue: NullTranslations) -> str:
        return _fill(in_words(self.text, catalogue), self.width, self.side)

    def __reduce__(self) -> tuple[Any, ...]:
        return padded, (self.text, self.width, self.side)


def counted(singular: str, plural: str, count: int, /, **values: Any) -> Message:
    """Return a sentence that depends on a number, which it names as ``{count}``.

    Examples
    --------
    >>> counted("{count:,} row", "{count:,} rows", 1), counted("{count:,} row", "{count:,} rows", 1200)
    ('1 row', '1,200 rows')
    """
    chosen = singular if count == 1 else plural
    made = str.__new__(_Counted, chosen.format(count=count, **values))
    made.singular, made.template, made.values = singular, plural, {"count": count} | values
    return made


SEPARATORS = (Message(", "), Message("; "), Message(" and "), Message(" or "))
"""What texts in a row are separated by, for the catalogue."""


def joined(separator: str, texts: Iterable[str], /) -> Message:
    """Return texts in a row; the separator is translated too, and each text that is a message.

    Examples
    --------
    >>> joined("; ", [Message("no row"), "exits.csv"])
    'no row; exits.csv'
    """
    parts = tuple(texts)
    made = str.__new__(_Joined, separator.join(parts))
    made.template, made.values, made.parts = separator, {}, parts
    return made


def padded(text: str, width: int, side: Literal["<", ">"] = "<", /) -> Message:
    """Return a text filled up with spaces to the width of a column, where a Chinese character is two wide.

    Parameters
    ----------
    text : str
    width : int
        Of the column, in characters of Latin letters.
    side : {"<", ">"}
        Where the text stands: to the left or to the right.

    Examples
    --------
    >>> padded("agents", 8) + padded("12", 4, ">")
    'agents    12'
    """
    made = str.__new__(_Padded, _fill(text, width, side))
    made.template, made.values, made.text, made.width, made.side = "", {}, text, width, side
    return made


def message(text: str) -> Message:
    """Return a text as a message, so that it is translated where the catalogue holds it.

    Examples
    --------
    >>> message("the panel").template
    'the panel'
    """
    return text if isinstance(text, Message) else Message(text)


def catalogue_of(*languages: str) -> NullTranslations:
    """Return the catalogue of the first of some languages that has one; an empty one for English.

    Examples
    --------
    >>> Message("the panel").translated(catalogue_of("en"))
    'the panel'
    """
    return gettext.translation(DOMAIN, CATALOGUES, languages, fallback=True)


def in_words(text: Any, catalogue: NullTranslations) -> Any:
    """Return a message in the language of a catalogue, and anything else as it is."""
    return text.translated(catalogue) if isinstance(text, Message) else text


def recognised(text: str, sentences: Iterable[Message]) -> Message:
    """Return a text as the first of the sentences that it was made from, with its values; as it is where it is none.

    Examples
    --------
    >>> recognised("No such option: --as-off", [Message("No such option: {option}")]).values
    {'option': '--as-off'}
    """
    for sentence in sentences:
        names = re.findall(r"{(\w+)}", sentence)
        pattern = re.sub(r"\\{\w+\\}", "(.+)", re.escape(sentence))
        if match := re.fullmatch(pattern, text, flags=re.DOTALL):
            return Message(str(sentence), **dict(zip(names, match.groups(), strict=True)))
    return Message(text)


def _fill(text: str, width: int, side: str) -> str:
    spaces = " " * (width - sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text))
    return spaces + text if side == ">" else text + spaces


def _message_again(template: str, values: dict[str, Any]) -> Message:
    return Message(template, **values)


def _counted_again(singular: str, plural: str, values: dict[str, Any]) -> Message:
    others = {name: value for name, value in values.items() if name != "count"}
    return counted(singular, plural, values["count"], **others)
