"""Make a first `pipelines/sources.toml` for a file with one row per person, or say why nothing can be made from it."""

from __future__ import annotations

import re
from pathlib import Path

from attrition.data import engine
from attrition.data.engine import quote_name
from attrition.data.faults import TableError
from attrition.data.files import reading
from attrition.data.people.person_file import one_row_per_person, person_tables_toml
from attrition.data.source import Source
from attrition.errors import DeclarationError
from attrition.message import joined

SITE = """[site]
name = "My service centre"
time_zone = "Asia/Shanghai"
currency = "CNY"
language = "en"
"""
"""The site of a first declaration."""


def person_sources_toml(path: Path, *, shown: str | None = None) -> str:
    """Return the text of a `sources.toml` that reads the people of one file.

    Parameters
    ----------
    path : Path
        The file.
    shown : str, optional
        Its path as written in the declaration; by default its absolute path.

    Raises
    ------
    DeclarationError
        The file cannot be read, has no row per person, or has no dates; then in a few lines what to ask for.
    """
    columns = file_columns(path)
    person_file = one_row_per_person(columns)
    if person_file is None:
        raise DeclarationError(
            "{file} is no list of people with one row each and their exits; name the folder of your exports, with "
            "files named after tables of the contract, such as agents.csv and exits.csv",
            file=path.name,
        )
    if person_file.refusal is not None:
        raise DeclarationError("{file}: {refusal}", file=path.name, refusal=person_file.refusal)
    site = SITE.replace('"en"', '"zh-CN"') if re.search(r"[一-鿿]", "".join(columns)) else SITE
    return site + "\n" + person_tables_toml(shown or path.resolve().as_posix(), columns, person_file)


def file_columns(path: Path) -> dict[str, list[str | None]]:
    """Return the values of a file as text, by heading.

    Raises
    ------
    DeclarationError
        The file cannot be read.
    """
    con = engine.open_duckdb()
    try:
        raw_table = reading.read_source(con, "agents", Source(path=path.name), path.parent)
    except TableError as error:
        raise DeclarationError(joined("; ", (fault.sentence for fault in error.faults))) from None
    texts = ", ".join(f"CAST({quote_name(heading)} AS VARCHAR)" for heading in raw_table.types)
    rows = engine.fetch_rows(con, f"SELECT {texts} FROM {quote_name(raw_table.relation)}")
    return {heading: list(values) for heading, values in zip(raw_table.types, zip(*rows, strict=True), strict=True)}
