"""Find the lines of TOML in a sentence of advice, so that a page can show them as code to paste."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_SECTION = r"\[\[?(?:tables|site)(?:\.\w+)*\]\]?|\[\[events\]\]"
_VALUE = r'"[^"\n]*"|\[[^\]\n]*\]|\{[^}\n]*\}|\d[\d.]*|true|false'
_LINE = rf'(?:"[^"\n]+"|[a-z_][a-z0-9_]*) = (?:{_VALUE})'
_CODE = re.compile(rf'`[^`]+`|{_LINE}|{_SECTION}|\["[^\]\n]*"\]')


def with_code(advice: str) -> Markup:
    """Return a sentence as HTML, in which lines and sections of TOML and commands are code.

    Examples
    --------
    >>> print(with_code('add dates = ["%d.%m.%Y"] under [tables.exits] & try again'))
    add <code>dates = ["%d.%m.%Y"]</code> under <code>[tables.exits]</code> &amp; try again
    """
    parts, end = [], 0
    for match in _CODE.finditer(advice):
        parts += [escape(advice[end : match.start()]), Markup("<code>{}</code>").format(Markup(_escaped(match[0])))]
        end = match.end()
    return Markup("").join([*parts, escape(advice[end:])])


def lines_to_paste(advice: str) -> str:
    """Return the lines of TOML in the first clause of advice, below their section; "" where there is none, or a choice.

    What follows a semicolon holds under a condition, such as for rows that are no facts. That, two values for one key,
    and lines of two sections are choices, which a person makes.

    Examples
    --------
    >>> print(lines_to_paste('declare the layout under [tables.exits]: dates = ["%d/%m/%Y"] fits'))
    [tables.exits]
    dates = ["%d/%m/%Y"]
    >>> lines_to_paste('declare encoding = "gb18030" or "cp1252" under [tables.exits]')
    ''
    """
    advice = re.split("[;；]", advice, maxsplit=1)[0]
    sections = dict.fromkeys(re.findall(_SECTION, advice))
    lines = [match[0] for match in re.finditer(_LINE, advice)]
    keys = {line.split(" = ")[0] for line in lines}
    offers_choice = re.search(rf'(?:{_VALUE}) ?(?:or|或) ?(?:"|\[)', advice) or len(keys) < len(lines)
    if len(sections) != 1 or not lines or offers_choice:
        return ""
    return "\n".join([*sections, *lines])


def _escaped(code: str) -> str:
    """Escape code for HTML but for quotation marks, which need none between tags."""
    return code.strip("`").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
