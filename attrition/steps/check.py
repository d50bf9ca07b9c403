"""The check of a workspace's tables: what the site supplies, which features it allows, what was repaired or assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from attrition import declared
from attrition.data.atomic import atomic_file
from attrition.jobs import CheckJob
from attrition.runs import Runs
from attrition.steps.declarations import declared_playbook, lessons_known_by
from attrition.steps.panel import families_of, past_of
from attrition.steps.presence_files import write_gone, write_headcount

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.centre import Centre
    from attrition.data.progress import Progress


@dataclass(frozen=True, eq=False)
class CheckResult:
    """The result of a check that found no fault.

    Parameters
    ----------
    coverage : DataFrame
        Rows, agents, first and last day of every table.
    features : mapping of str to sequence of str
        By family, the features that the site's tables can supply.
    filled : DataFrame
        The share of rows in which each column has a value.
    quality : DataFrame
        The contract's table ``quality``: rows set aside and repaired, by rule.
    assumptions : tuple of mapping
        The assumptions that were made, in both languages.
    thin_column_share : float
        Columns filled in a smaller share of their rows are listed.
    products : list of Path
        ``runs/quality.parquet``.
    """

    coverage: pd.DataFrame
    features: Mapping[str, Sequence[str]]
    filled: pd.DataFrame
    quality: pd.DataFrame
    assumptions: tuple[Mapping[str, str], ...]
    thin_column_share: float
    products: list[Path]


def check_tables(workspace: Path, *, progress: Progress) -> CheckResult:
    """Check every source against the contract, and the declarations that depend on what the sources supply.

    Raises
    ------
    DataError
        Tables break the contract; carries every fault of every table.
    """
    from attrition.data.centre import examine, refuse
    from attrition.data.completeness import filled_shares
    from attrition.features.registry import available_features, declared_features

    job = declared.read(workspace / "pipelines" / "check.toml", CheckJob)
    progress("reading and checking the tables")
    centre, faults = examine(workspace)
    if centre is not None:
        write_gone(Runs(workspace), centre)
        write_headcount(Runs(workspace), centre)
    refuse(faults)
    assert centre is not None
    progress("listing the features that the site can have")
    families = families_of(centre)
    without_rows = {name: table.limit(0) for name, table in centre.tables.items()}
    features = available_features(past_of(centre, without_rows), families)
    book = declared_playbook(workspace, tuple(declared_features(families).values()))
    book.updated_by(lessons_known_by(workspace, centre.data_ends))
    return CheckResult(
        coverage=centre.coverage,
        features=features,
        filled=filled_shares(centre.tables),
        quality=centre.quality,
        assumptions=centre.assumptions,
        thin_column_share=job.thin_column_share,
        products=[_write_quality(workspace, centre)],
    )


def _write_quality(workspace: Path, centre: Centre) -> Path:
    with atomic_file(Runs(workspace).folder / "quality.parquet") as path:
        centre.quality.assign(as_of=centre.data_ends).to_parquet(path, index=False)
    return Runs(workspace).folder / "quality.parquet"
