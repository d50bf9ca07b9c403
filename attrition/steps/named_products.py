"""The products of a workspace that name people: which they are, and how they are rewritten when names change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from attrition.data import sources
from attrition.data.tables import PEOPLE_COLUMNS
from attrition.errors import UserError
from attrition.message import Message
from attrition.pilot.preregistration import FOLDER, LIST
from attrition.runs import Runs
from attrition.steps.fingerprint import PANEL_BASIS
from attrition.steps.person_export import FOLDER as EXPORTS
from attrition.steps.resealed_pilots import resealed

PANEL = (
    *(PANEL_BASIS, "panel.json", "panel.parquet", "outcomes.parquet", "spells.parquet"),
    *("interventions.parquet", "evaluations.parquet", "audit.parquet"),
    *("gone_without_exit.parquet", "indicators.parquet"),
)
"""What is built again from the tables, in the order in which it is removed: without its description it is not read."""
LISTS = ("plan.csv", "gone_without_exit.csv", LIST)
"""Lists that people work from, which hold staff numbers whatever the tables hold."""


@dataclass(frozen=True)
class Handled:
    """What was done with a product, or with several of a kind."""

    product: str
    what: Message


def people_of_products(workspace: Path) -> set[str]:
    """Return everybody whom the products of a workspace name, by how they call them."""
    from attrition.data.people.renaming import people_in

    columns = _columns(workspace)
    return {person for path in _tables(workspace) for person in people_in(path, columns=columns)}


def rename_products(workspace: Path, names: Mapping[str, str]) -> list[Handled]:
    """Call everybody by their new name in every product, or remove it; a product that is done already stays."""
    from attrition.data.people.renaming import rename_people

    columns, runs = _columns(workspace), Runs(workspace)
    removed = [name for name in PANEL if _remove(runs.folder / name)]
    renamed = [path for path in _tables(workspace) if rename_people(path, names, columns=columns)]
    sealed = [path.name for path in sorted((workspace / FOLDER).glob("[!.]*")) if resealed(path, names)]
    pages = [path for path in sorted((workspace / "reports").glob("*/agents")) if _remove(path)]
    handled = [
        ("runs/panel", len(removed), Message("removed; the next command builds it from the tables")),
        (
            "runs",
            sum(runs.folder in path.parents for path in renamed),
            Message("rewritten by the new names"),
        ),
        (FOLDER, len(sealed), Message("rewritten, and sealed anew: arms and risks are as they were drawn")),
        ("reports/*/agents", len(pages), Message("removed; `attrition explain` writes a page again")),
        (
            EXPORTS.as_posix(),
            _remove(workspace / EXPORTS),
            Message("removed; `attrition person export` writes a copy again"),
        ),
        ("reports", _is_there(workspace / "reports"), Message("stay: the HR partner's edition alone names people")),
        ("mlartifacts", _is_there(workspace / "mlartifacts"), Message("stay: models and their records name nobody")),
    ]
    return [Handled(product, what) for product, count, what in handled if count]


def _tables(workspace: Path) -> Iterator[Path]:
    """Yield the tables under runs/ and pilots/, but the panel's and lists for people."""
    for folder in (Runs(workspace).folder, workspace / FOLDER):
        for path in sorted([*folder.rglob("*.parquet"), *folder.rglob("*.csv")]):
            is_hidden = any(part.startswith(".") for part in path.relative_to(workspace).parts)
            if path.name not in LISTS and not is_hidden:
                yield path


def _columns(workspace: Path) -> tuple[str, ...]:
    """Return the columns of products that name people; units do where a site's own columns hold staff numbers."""
    from attrition.data.people.door import person_columns

    try:
        declared = sources.read(workspace)
    except UserError:  # products can be rewritten where the declaration of the tables cannot be read
        return PEOPLE_COLUMNS
    own = [column for table in declared.tables for column in person_columns(declared, table)]
    has_own = any(source.people for source in declared.tables.values())
    return (*dict.fromkeys(own), *(("unit", "group") if has_own else ()))


def _remove(path: Path) -> bool:
    is_there = path.exists()
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return is_there


def _is_there(path: Path) -> int:
    return int(path.exists())
