"""English sentences that keep their template and values, so that they can be written in another language."""

from __future__ import annotations

from typing import Any


class Phrase(str):
    """A sentence of a fault; it is the English text, and knows the template and the values that it was made from.

    Parameters
    ----------
    template : str
        The English sentence with its values in braces, as for `str.format`. It is the key of the translations.
    values : object
        The values, which are names of tables, columns and files, counts and dates; never the content of a row.

    Examples
    --------
    >>> rule = Phrase("agent not in {roster}", roster="agents")
    >>> rule == "agent not in agents", rule.template, rule.values
    (True, 'agent not in {roster}', {'roster': 'agents'})
    """

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, **values: Any) -> Phrase:
        """Return the English sentence, made from its template and values."""
        text = super().__new__(cls, template.format(**values) if values else template)
        text.template, text.values = template, values
        return text

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.template,), self.values


def template_and_values(text: str) -> tuple[str, dict[str, Any]]:
    """Return the template and the values of a phrase; a plain text is its own template, without values."""
    return (text.template, text.values) if isinstance(text, Phrase) else (text, {})
