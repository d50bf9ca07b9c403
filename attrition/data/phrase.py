"""Sentences in English and Chinese, written side by side, so that neither can be forgotten."""

from __future__ import annotations

from typing import Any


class Phrase(str):
    """A sentence of a fault: it is the English text, and holds the Chinese one as `zh`.

    Parameters
    ----------
    en, zh : str
        The sentence in both languages, with its values in braces, as for `str.format`.
    values : object
        The values, which are names of tables, columns and files, counts and dates; never the content of a row.

    Examples
    --------
    >>> rule = Phrase("agent not in {roster}", "工号不在 {roster} 中", roster="agents")
    >>> rule == "agent not in agents", rule.zh
    (True, '工号不在 agents 中')
    """

    zh: str

    def __new__(cls, en: str, zh: str, **values: Any) -> Phrase:
        """Return the sentence with its values filled in."""
        phrase = super().__new__(cls, en.format(**values) if values else en)
        phrase.zh = zh.format(**values) if values else zh
        return phrase

    def __add__(self, other: str) -> Phrase:
        """Return both sentences as one, in both languages; a text that is no `Phrase` is the same in both.

        Examples
        --------
        >>> rule = Phrase("noticed: ", "已留意：") + Phrase("repeated row", "重复行")
        >>> rule == "noticed: repeated row", rule.zh
        (True, '已留意：重复行')
        """
        return Phrase(f"{self!s}{other!s}", self.zh + in_language(other, "zh"))

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.zh


def in_language(text: str, language: str) -> str:
    """Return a sentence in "en" or "zh"; a text that is no `Phrase` is returned as it is."""
    return text.zh if language == "zh" and isinstance(text, Phrase) else str(text)
