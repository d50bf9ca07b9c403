"""Small inputs that went wrong once: each folder holds tables, their declaration, and what is right (case.md)."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from attrition.data.centre import Centre, inspect
from attrition.errors import Fault

CASES = Path(__file__).parent
SITE = '[site]\nname = "Small centre"\ntime_zone = "Europe/Berlin"\ncurrency = "EUR"\nlanguage = "en"\n'


def copy_case(folder: Path, number: str, **declared: str) -> Path:
    """Copy a case into a workspace and return it; `declared` adds lines to the declaration of the site or of a table.

    Parameters
    ----------
    number : str
        The number at the beginning of the case's folder, such as "02b".
    declared : str
        By table, or "site", or "events": lines of TOML; an empty section is added where there is none.
    """
    case = next(path for path in CASES.iterdir() if path.name.startswith(f"{number}-"))
    shutil.copytree(case / "data", folder / "data")
    declaration = case / "sources.toml"
    text = declaration.read_text(encoding="utf-8") if declaration.exists() else _every_file(folder / "data")
    for section, lines in declared.items():
        heading = {"site": "[site]", "events": "[[events]]"}.get(section, f"[tables.{section}]")
        text = _with_lines(text, heading, lines)
    (folder / "pipelines").mkdir()
    (folder / "pipelines" / "sources.toml").write_text(text, encoding="utf-8")
    return folder


def case_faults(folder: Path, number: str, **declared: str) -> dict[str, Fault]:
    """Return the faults of a case by "table.column rule"."""
    faults = inspect(copy_case(folder, number, **declared))[1]
    return {f"{fault.table}.{fault.column} {fault.rule}": fault for fault in faults}


def open_case(folder: Path, number: str, **declared: str) -> Centre:
    """Return the centre of a case that no fault stops."""
    centre, faults = inspect(copy_case(folder, number, **declared))
    assert centre is not None, [str(fault) for fault in faults]
    return centre


def _every_file(data: Path) -> str:
    tables = (f'[tables.{path.stem}]\npath = "data/{path.name}"\nrecording_delay_days = 0\n' for path in data.iterdir())
    return "\n".join([SITE, *sorted(tables)])


def _with_lines(text: str, heading: str, lines: str) -> str:
    if heading not in text:
        return f"{text}\n{heading}\n{lines}\n"
    before, after = re.split(re.escape(heading) + r"\n", text, maxsplit=1)
    return f"{before}{heading}\n{lines}\n{after}"
