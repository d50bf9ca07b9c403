"""Sentences in English and Chinese, written side by side, so that neither can be forgotten."""

from __future__ import annotations

from gettext import NullTranslations
from typing import Any

from attrition.message import Message


class Phrase(Message):
    """A sentence of a fault: it is the English text, and holds the Chinese one as `zh`.

    Faults are written into pages and tables that hold both languages, away from any catalogue; sentences that only the
    terminal says are a `Message`.

    Parameters
    ----------
    en, zh : str
        The sentence in both languages, with its values in braces, as for `str.format`.
    values : object
        The values, which are names of tables, columns and files, counts and dates; never the content of a row. A value
        that is a phrase stands in both languages.

    Examples
    --------
    >>> rule = Phrase("agent not in {roster}", "工号不在 {roster} 中", roster="agents")
    >>> rule == "agent not in agents", rule.zh
    (True, '工号不在 agents 中')
    """

    zh: str
    zh_template: str

    def __new__(cls, en: str, zh: str, **values: Any) -> Phrase:
        """Return the sentence with its values filled in."""
        phrase = str.__new__(cls, en.format(**values) if values else en)
        phrase.template, phrase.values = en, values
        phrase.zh = zh.format(**{name: _in_chinese(value) for name, value in values.items()}) if values else zh
        phrase.zh_template = zh
        return phrase

    def translated(self, catalogue: NullTranslations) -> str:
        """Return the Chinese sentence for a Chinese catalogue, else the English one."""
        return str(self) if language_of(catalogue) == "en" else self._filled(self.zh_template, catalogue)

    def __add__(self, other: str) -> Phrase:
        """Return both sentences as one, in both languages; a text that is no `Phrase` is the same in both.

        Examples
        --------
        >>> rule = Phrase("noticed: ", "已留意：") + Phrase("repeated row", "重复行")
        >>> rule == "noticed: repeated row", rule.zh
        (True, '已留意：重复行')
        """
        return Phrase(f"{self!s}{other!s}", self.zh + in_language(other, "zh"))

    def __reduce__(self) -> tuple[Any, ...]:
        return Phrase, (str(self), self.zh)


def _in_chinese(value: Any) -> Any:
    return value.zh if isinstance(value, Phrase) else value


def language_of(catalogue: NullTranslations) -> str:
    """Return the language of a catalogue; that of an empty one is "en"."""
    return catalogue.info().get("language", "en")


def in_language(text: str, language: str) -> str:
    """Return a sentence in "en" or "zh"; a text that is no `Phrase` is returned as it is."""
    return text.zh if language == "zh" and isinstance(text, Phrase) else str(text)
