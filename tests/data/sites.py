"""Small sites for tests: a folder of exports and the declaration that says how to read them."""

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
GOOD = {"agents": AGENTS, "assignments": ASSIGNMENTS, "exits": EXITS}


def lay(folder: Path, exports: Mapping[str, str | bytes], **said: str) -> Path:
    """Write a workspace: exports by table (or file) name, and lines of the declaration by table."""
    (folder / "pipelines").mkdir(exist_ok=True)
    (folder / "exports").mkdir(exist_ok=True)
    declared = [SITE + said.pop("site", "")]
    for name, content in exports.items():
        table, file = (name.split("/")[0], name.split("/")[-1]) if "/" in name else (name, f"{name}.csv")
        (folder / "exports" / file).write_bytes(content.encode() if isinstance(content, str) else content)
        if not any(line.startswith(f"[tables.{table}]") for line in declared):
            place = said.pop(table, "")
            path = "" if "path =" in place or "url =" in place else f'path = "exports/{file}"\n'
            declared.append(f"[tables.{table}]\n{path}{place}\n")
    (folder / "pipelines" / "sources.toml").write_text("\n".join(declared), encoding="utf-8")
    return folder


def opened(folder: Path, exports: Mapping[str, str | bytes], **said: str) -> Centre:
    """Open a site that has no fault."""
    centre, faults = inspect(lay(folder, GOOD | dict(exports), **said))
    assert centre is not None, [str(fault) for fault in faults]
    return centre


def faults(folder: Path, exports: Mapping[str, str | bytes], **said: str) -> tuple[Fault, ...]:
    """Inspect a site that has faults."""
    return inspect(lay(folder, GOOD | dict(exports), **said))[1]


def rows(centre: Centre, table: str) -> pd.DataFrame:
    """Fetch a table in an order of its own: by all its columns."""
    made = centre.tables[table].execute()
    return made.sort_values(list(made.columns), ignore_index=True)


def lines(centre: Centre, table: str) -> dict[str, int]:
    """Give the rows of a table's quality lines by rule."""
    of = centre.quality[centre.quality["table"] == table]
    return dict(zip(of["rule"], of["rows"], strict=True))
