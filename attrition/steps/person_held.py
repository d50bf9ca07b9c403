"""What a workspace holds about one person: their rows of every table, the models that learnt from them, the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.ledger.audit_log import read_entries
from attrition.ledger.persons import Person, unseal
from attrition.model import aliases
from attrition.runs import Runs

if TYPE_CHECKING:
    import pandas as pd

FOLDERS = ("runs", "pilots")
"""Folders of a workspace whose tables hold rows of single people."""


@dataclass(frozen=True)
class LearntModel:
    """A registered version that learnt from a person: from how many of their months, and what it does now.

    Parameters
    ----------
    version, fitted_at : str
    aliases : tuple of str
        "champion", ...; empty where it scores nobody and is no way back either.
    months : int
        Months of the person whose label was known when it was fitted.
    """

    version: str
    fitted_at: str
    aliases: tuple[str, ...]
    months: int


def product_tables(workspace: Path) -> Iterator[Path]:
    """Yield every Parquet and CSV file of the products, hidden ones of a run at work left out."""
    for folder in FOLDERS:
        for path in sorted((workspace / folder).rglob("*")):
            is_hidden = any(part.startswith(".") for part in path.relative_to(workspace).parts)
            if path.suffix in (".parquet", ".csv") and path.is_file() and not is_hidden:
                yield path


def tables_about(workspace: Path, person: Person) -> dict[str, pd.DataFrame]:
    """Return the person's rows of every product, by its path; columns that name other people are left out."""
    from attrition.data.tables import PEOPLE_COLUMNS

    found = {}
    for path in product_tables(workspace):
        rows = rows_about(path, person)
        if rows is not None and len(rows):
            others = [column for column in rows if column in PEOPLE_COLUMNS and column != "agent_id"]
            found[path.relative_to(workspace).as_posix()] = rows.drop(columns=others)
    return found


def rows_about(path: Path, person: Person) -> pd.DataFrame | None:
    """Return the rows of a table whose agent is the person; None where it has no agents."""
    import pandas as pd
    import pyarrow.parquet as pq

    if path.suffix == ".csv":
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        return table[table["agent_id"].isin(person.names)] if "agent_id" in table else None
    if "agent_id" not in pq.ParquetDataset(path, partitioning=None).schema.names:
        return None
    return pd.read_parquet(path, partitioning=None, filters=[("agent_id", "in", list(person.names))])


def models_that_learnt(workspace: Path, person: Person) -> list[LearntModel]:
    """Return the registered versions whose training held months of the person, the oldest first.

    A month was learnt from when the shortest window of its label had ended at the fit. Without a panel nobody can tell
    any more, and the list is empty.
    """
    import pandas as pd

    from attrition.labels.outcomes import month_end

    place = Runs(workspace).folder / "outcomes.parquet"
    rows = rows_about(place, person) if place.exists() else None
    if rows is None or rows.empty:
        return []
    learnt = []
    for version in aliases.registered_versions(workspace):
        fitted_at = version.tags.get("fitted_at")
        if fitted_at is None:
            continue
        ends = month_end(pd.to_datetime(rows["as_of"]), plus=_shortest_window(workspace, version.number))
        months = int((ends <= pd.Timestamp(fitted_at)).sum())
        if months:
            learnt.append(LearntModel(version.number, fitted_at, version.aliases, months))
    return learnt


def entries_about(workspace: Path, person: Person) -> list[dict[str, Any]]:
    """Return what is on record about a person: when, what, how it ended, why; not who looked, who is a person too."""
    entries = read_entries(workspace)
    outcomes = {entry.of: entry.outcome for entry in entries if entry.of}
    return [
        {"at": entry.at, "action": entry.action, "outcome": outcomes.get(entry.number, entry.outcome)}
        | dict(entry.facts)
        | {key: value for key, value in content.items() if key != "person" and value}
        for entry in entries
        for content in unseal(workspace, person, entry.about)
    ]


def _shortest_window(workspace: Path, version: str) -> int:
    """Return the shortest window of labels a version learnt from, in months; one where its files cannot tell."""
    from attrition.errors import AttritionError
    from attrition.model.persistence import read_description

    try:
        spec = read_description(aliases.folder_of(workspace, version))["spec"]
        return min(spec["trees"]["learn_from"])
    except (AttritionError, OSError, ValueError, KeyError):
        return 1
