"""Small sites for tests: a folder of exports and the declaration of how to read them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from attrition.data.centre import Centre, inspect
from attrition.errors import Fault

SITE = '[site]\nname = "Test"\ntime_zone = "Asia/Shanghai"\ncurrency = "CNY"\n'

AGENTS = """\
agent_id,hire_date
001,2025-01-06
002,2025-02-03
1E5,2025-03-01
"""
ASSIGNMENTS = """\
agent_id,effective_date,team_id
001,2025-01-06,T1
002,2025-02-03,T1
1E5,2025-03-01,T2
"""
EXITS = """\
agent_id,exit_date,exit_type
002,2025-09-30,voluntary
"""
VALID = {"agents": AGENTS, "assignments": ASSIGNMENTS, "exits": EXITS}


def write_site(folder: Path, exports: Mapping[str, str | bytes], **declarations: str) -> Path:
    """Write a workspace: exports by table (or file) name, and lines of the declaration by table."""
    (folder / "pipelines").mkdir(parents=True, exist_ok=True)
    (folder / "exports").mkdir(parents=True, exist_ok=True)
    sections = [SITE + declarations.pop("site", "")]
    for name, content in exports.items():
        table, file = (name.split("/")[0], name.split("/")[-1]) if "/" in name else (name, f"{name}.csv")
        (folder / "exports" / file).write_bytes(content.encode() if isinstance(content, str) else content)
        if not any(line.startswith(f"[tables.{table}]") for line in sections):
            lines = declarations.pop(table, "")
            path = "" if "path =" in lines or "url =" in lines else f'path = "exports/{file}"\n'
            sections.append(f"[tables.{table}]\n{path}{lines}\n")
    (folder / "pipelines" / "sources.toml").write_text("\n".join(sections), encoding="utf-8")
    return folder


def open_site(folder: Path, exports: Mapping[str, str | bytes], **declarations: str) -> Centre:
    """Write and open a site without a fault."""
    centre, faults = inspect(write_site(folder, VALID | dict(exports), **declarations))
    assert centre is not None, [str(fault) for fault in faults]
    return centre


def faults_of(folder: Path, exports: Mapping[str, str | bytes], **declarations: str) -> tuple[Fault, ...]:
    """Write a site and return its faults."""
    return inspect(write_site(folder, VALID | dict(exports), **declarations))[1]


def sorted_rows(centre: Centre, table: str) -> pd.DataFrame:
    """Return the rows of a table, sorted by all columns."""
    rows = centre.tables[table].execute()
    return rows.sort_values(list(rows.columns), ignore_index=True)


def quality_rows(centre: Centre, table: str) -> dict[str, int]:
    """Return the numbers of rows in a table's quality lines, by rule."""
    lines = centre.quality[centre.quality["table"] == table]
    return dict(zip(lines["rule"], lines["rows"], strict=True))
