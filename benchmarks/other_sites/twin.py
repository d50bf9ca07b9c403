"""The clean twin of a messy folder: the same rows in the contract's names and units, one CSV file per table."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

from attrition.workspace import write_starter
from other_sites.cut import Cut

_DELAY = "recording_delay_days"


def write_twin(folder: Path, cut: Cut, declaration: Path) -> Path:
    """Write a workspace with the tables of `cut` that a site declares, its [site], and its recording delays."""
    declared = tomllib.loads(declaration.read_text(encoding="utf-8"))
    site = "\n".join(f"{key} = {_toml(value)}" for key, value in declared["site"].items())
    sections = [f"[site]\n{site}\n"]
    (folder / "exports").mkdir(parents=True, exist_ok=True)
    for table, source in declared["tables"].items():
        if table not in cut:
            continue
        cut[table].to_csv(folder / "exports" / f"{table}.csv", index=False, date_format="%Y-%m-%d")
        delay = f"{_DELAY} = {source[_DELAY]}\n" if _DELAY in source else ""
        sections.append(f'[tables.{table}]\npath = "exports/{table}.csv"\n{delay}')
    with_staff_numbers(folder)
    (folder / "pipelines" / "sources.toml").write_text("\n".join(sections), encoding="utf-8")
    return folder


def with_declaration(folder: Path, declaration: Path) -> Path:
    """Put a declaration into the workspace whose `exports` hold a messy folder."""
    with_staff_numbers(folder)
    shutil.copy(declaration, folder / "pipelines" / "sources.toml")
    return folder


def with_staff_numbers(folder: Path) -> None:
    """Write the starter files of a workspace that keeps staff numbers: pseudonyms of two workspaces never agree."""
    write_starter(folder)
    people = folder / "pipelines" / "people.toml"
    declared = people.read_text(encoding="utf-8")
    people.write_text(declared.replace("pseudonyms = true", "pseudonyms = false"), encoding="utf-8")


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
