"""Bring the catalogue of the terminal's sentences up to date, or say what it lacks.

python .ci/catalogue.py           add new sentences to attrition.po, drop those no longer used, and compile attrition.mo
python .ci/catalogue.py missing   print the sentences without a translation
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "attrition"
PO = PACKAGE / "locale" / "zh" / "LC_MESSAGES" / "attrition.po"
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(["Message", "progress", "BadParameter", "translated", "AttritionError", "UserError", "DataError"]),
    **dict.fromkeys(["Busy", "DeclarationError", "LeakageFound", "MissingProduct", "UnknownFormat", "UnknownSchema"]),
    **dict.fromkeys(
        [
            "ChampionChanged",
            "LogNotWritten",
            "SparkFailed",
            "LogBroken",
            "ServerUnavailable",
            "ServerForbids",
            "ServerUntrusted",
            "ServerRefused",
        ]
    ),
    "MissingExtra": (2,),
    "counted": (1, 2),
    "show_products": (3,),
}
"""Functions and classes whose argument of this number is a sentence; the first where no number is given."""


def sentences() -> Iterator[str | tuple[str, str]]:
    """Yield every sentence of the code and of the help: of those that depend on a number, both forms."""
    for path in sorted(PACKAGE.rglob("*.py")):
        with path.open("rb") as source:
            for _, words, _, _ in extract("python", source, KEYWORDS, options={"encoding": "utf-8"}):
                yield words
    yield from help_sentences()


def help_sentences() -> Iterator[str]:
    """Yield every paragraph of the help of every command, and of its options."""
    import typer

    from attrition.cli import app
    from attrition.terminal.help import paragraphs

    def texts(part: Any) -> Iterator[str]:
        for name in ("help", "short_help", "rich_help_panel"):
            yield from paragraphs(getattr(part, name, None) or "")
        for other in [*getattr(part, "params", ()), *getattr(part, "commands", {}).values()]:
            yield from texts(other)

    yield from (text for text in texts(typer.main.get_command(app)) if text and not text.startswith(" "))


def up_to_date(old: Catalog) -> Catalog:
    """Return the catalogue with exactly the sentences that are in use, and the translations it had."""
    new = Catalog(locale="zh", domain="attrition", header_comment="# The terminal in Chinese.", fuzzy=False)
    new.revision_date = new.creation_date = old.creation_date
    for words in sentences():
        former = old.get(words if isinstance(words, str) else words[0])
        new.add(words, former.string if former is not None else ("" if isinstance(words, str) else ("",)))
    return new


def read() -> Catalog:
    """Return the catalogue as it is in the repository."""
    with PO.open("rb") as file:
        return read_po(file, locale="zh", domain="attrition")


def po_of(catalogue: Catalog) -> bytes:
    """Return the text of a catalogue: sorted and without places, so that two people's sentences rarely collide."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    return HEADER + buffer.getvalue()


def mo_of(catalogue: Catalog) -> bytes:
    """Return a catalogue as `gettext` reads it."""
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)  # the same text, the same file
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


HEADER = b"""# The terminal in Chinese; `python .ci/catalogue.py` keeps it.
msgid ""
msgstr ""
"Language: zh\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


def missing(catalogue: Catalog) -> list[str]:
    """Return the sentences without a translation."""
    return [str(message.id) for message in catalogue if message.id and not all(_strings(message.string))]


def _strings(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def main() -> int:
    """Write both files, and return 1 where a sentence has no translation."""
    if sys.argv[1:] != ["missing"]:
        PO.write_bytes(po_of(up_to_date(read())))
        PO.with_suffix(".mo").write_bytes(mo_of(read()))
    lacking = missing(read())
    print(*lacking, f"{len(lacking)} sentences without a translation; write it into {PO.name}", sep="\n")
    return int(bool(lacking))


if __name__ == "__main__":
    sys.exit(main())
