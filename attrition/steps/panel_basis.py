"""What the features of a panel were built from, month by month, so that the next run need not build them all again."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_file
from attrition.data.people.naming import naming
from attrition.data.swap import readable
from attrition.exposure.month_digests import REORGANISATIONS, Digests, MonthDigests, month_digests
from attrition.message import Message
from attrition.model.provenance import code_hash, version_of
from attrition.runs import Runs
from attrition.steps.fingerprint import PANEL_BASIS, PANEL_CODE
from attrition.steps.indicator_files import SUMMED

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from attrition.data.centre import Centre
    from attrition.exposure.past import Past

STAFF = "staff"
"""Stands among the tables behind the indicators: agents by month-end, with their groups."""
ENGINES = ("duckdb", "ibis-framework", "numpy", "pandas", "pyarrow")
"""Packages whose versions count as code."""
REASONS = {
    "declaration": Message("pipelines/sources.toml changed"),
    "code": Message("attrition, or a package that it computes with, changed"),
    "naming": Message("agents are named otherwise, or somebody was erased"),
    "columns": Message("the tables have other columns"),
    "begins": Message("the data begin in another month"),
}
"""By each condition: why no month can be kept where it is not as it was."""


@dataclass(frozen=True)
class PanelBasis:
    """What the features of a panel depend on.

    Parameters
    ----------
    conditions : mapping of str to str
        What every month depends on, by the names of `REASONS`.
    digests : mapping of str to mapping of str to str
        What the tables hold by the month in which it became known, see `attrition.exposure.month_digests`.
    ends : str
        The last month, such as "2026-10".
    panel : str
        The SHA-256 of the file of the panel; empty until it is written.
    on_file : mapping of str to mapping of str to str
        What the tables behind the indicators hold today by the month in which it happened, and who worked then.
    indicators : str
        The SHA-256 of the file of the sums behind the indicators; empty until it is written.
    """

    conditions: Mapping[str, str]
    digests: Digests
    ends: str
    panel: str = ""
    on_file: Digests = field(default_factory=dict)
    indicators: str = ""


def digests_of(centre: Centre, past: Past) -> MonthDigests:
    """Return the digests of the tables that features and indicators are computed from."""
    return month_digests(_tables(centre, past) | _summed(centre), centre.reorganisations)


def basis_of(workspace: Path, centre: Centre, past: Past, digests: MonthDigests, staff: pd.DataFrame) -> PanelBasis:
    """Return what the panel of a centre is to be built from.

    `digests` are those of `digests_of`, and `staff` those of `attrition.steps.indicator_files.staff_of`.
    """
    tables, summed = _tables(centre, past), _summed(centre)
    by_month = {name: digests.by_month_known[name] for name in (*tables, REORGANISATIONS)}
    on_file = {name: digests.on_file[name] for name in summed} | {STAFF: _digests_of_staff(staff)}
    versions = [f"{package} {version_of(package)}" for package in ENGINES]
    conditions = {
        "declaration": hashlib.sha256((workspace / "pipelines" / "sources.toml").read_bytes()).hexdigest(),
        "code": _digest([code_hash(PANEL_CODE), platform.machine(), *versions]),
        "naming": _digest([naming(workspace)]),
        "columns": _digest([f"{name} {table.schema()}" for name, table in tables.items()]),
        "begins": f"{centre.extent.begins:%Y-%m}",
    }
    return PanelBasis(conditions, by_month, f"{centre.data_ends:%Y-%m}", on_file=on_file)


def write_basis(runs: Runs, basis: PanelBasis) -> None:
    """Write what the panel was built from, beside the panel and its indicators, which are there already."""
    hashes = {"panel": file_hash(readable(runs.panel)), "indicators": file_hash(readable(runs.indicators))}
    content = asdict(basis) | hashes
    with atomic_file(runs.folder / PANEL_BASIS) as path:
        path.write_text(json.dumps(content, indent=1, sort_keys=True), encoding="utf-8")


def read_basis(runs: Runs) -> PanelBasis | None:
    """Read what the panel that is there was built from; None where that is missing or damaged."""
    try:
        return PanelBasis(**json.loads(readable(runs.folder / PANEL_BASIS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _tables(centre: Centre, past: Past) -> dict[str, ir.Table]:
    return {name: centre.tables[name] for name in sorted(past.tables)}


def _summed(centre: Centre) -> dict[str, ir.Table]:
    return {name: centre.tables[name] for name in SUMMED if name in centre.tables}


def _digests_of_staff(staff: pd.DataFrame) -> dict[str, str]:
    """Return a digest of who worked in each month, where, and who of them resigned."""
    import pandas as pd

    hashes = pd.util.hash_pandas_object(staff, index=False)
    return {
        f"{month:%Y-%m}": f"{digest:x}" for month, digest in hashes.groupby(staff["as_of"].to_numpy()).sum().items()
    }


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file; empty where there is none, or a folder, as Spark writes it."""
    if not path.is_file():
        return ""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
