"""The page of a check and the workbook of the rows to mend, gathered from what the check found and written whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_file
from attrition.data.people.protection import naming_notes
from attrition.data.quality import NOTICED, READ, USED
from attrition.data.swap import one_swap
from attrition.runs import Runs
from attrition.steps.mode import read_mode

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.centre import Centre
    from attrition.data.sources import Sources
    from attrition.data.terms import Language
    from attrition.errors import Fault
    from attrition.report.check_inputs import CheckInputs


def write_check(workspace: Path, inputs: CheckInputs, language: Language) -> list[Path]:
    """Write ``runs/check.html`` and ``runs/check.xlsx``, and return their paths."""
    from attrition.report.check_inputs import WORKBOOK
    from attrition.report.check_page import check_page
    from attrition.report.check_workbook import write_check_workbook

    page, workbook = Runs(workspace).folder / "check.html", Runs(workspace).folder / WORKBOOK
    with one_swap(workspace):
        with atomic_file(page) as path:
            path.write_text(check_page(inputs, language), encoding="utf-8", newline="\n")
        with atomic_file(workbook) as path:
            write_check_workbook(inputs, language, path)
    return [page, workbook]


def refused_inputs(
    workspace: Path, declaration: Sources, centre: Centre | None, faults: Sequence[Fault]
) -> CheckInputs:
    """Return what the page shows of tables that are refused; without a centre they could not be held together."""
    from attrition.data.causes import causes_of
    from attrition.data.files.evidence import find_evidence
    from attrition.data.tables import TABLES
    from attrition.report.check_inputs import CheckInputs

    return CheckInputs(
        site=declaration.site.name,
        mode=read_mode(workspace),
        causes=causes_of(faults),
        evidence=find_evidence(workspace, declaration, faults),
        tables=_tables(declaration, centre),
        not_supplied=[table for table in TABLES if table not in (*declaration.rolled_up.tables, "contact_log")],
        assumptions=(*naming_notes(workspace), *(centre.assumptions if centre is not None else ())),
        quality=_other_lines(centre.quality, faults) if centre is not None else None,
        data_ends=centre.data_ends if centre is not None else None,
    )


def opened_inputs(
    workspace: Path,
    declaration: Sources,
    centre: Centre,
    *,
    features: Mapping[str, Sequence[str]],
    filled: pd.DataFrame,
    sparse_share: float,
) -> CheckInputs:
    """Return what the page shows of tables from which the panel can be built.

    Parameters
    ----------
    features : mapping of str to sequence of str
        By family, the features that the site can have.
    filled : DataFrame
        The share of rows in which each column has a value.
    sparse_share : float
        Columns filled in a smaller share of their rows are listed.
    """
    from attrition.data.causes import causes_of
    from attrition.data.files.evidence import find_evidence
    from attrition.report.check_inputs import CheckInputs

    coverage = centre.coverage
    return CheckInputs(
        site=declaration.site.name,
        mode=read_mode(workspace),
        causes=causes_of(centre.faults),
        evidence=find_evidence(workspace, declaration, centre.faults),
        tables=_tables(declaration, centre),
        not_supplied=coverage.loc[~coverage["is_supplied"], "table"].tolist(),
        assumptions=(*naming_notes(workspace), *centre.assumptions),
        features=features,
        quality=_other_lines(centre.quality, centre.faults),
        sparse=filled[filled["filled_share"] < sparse_share],
        sparse_share=sparse_share,
        data_ends=centre.data_ends,
    )


def _tables(declaration: Sources, centre: Centre | None) -> pd.DataFrame:
    """Return the declared tables with their sources and, where there is a centre, their rows and days."""
    import pandas as pd

    sources = pd.DataFrame(
        [(name, source.source_name) for name, source in declaration.rolled_up.tables.items()],
        columns=["table", "source"],
    )
    if centre is None:
        return sources
    return sources.merge(centre.coverage[["table", "rows", "agents", "first", "last"]], on="table")


def _other_lines(quality: pd.DataFrame, faults: Sequence[Fault]) -> pd.DataFrame:
    """Return the lines of the quality table that a person reads and that do not repeat a fault."""
    repeated = {(fault.table, str(NOTICED + fault.rule)) for fault in faults}
    is_shown = [
        rule not in (READ, USED) and (rows > 0 or rule.startswith(NOTICED)) and (table, rule) not in repeated
        for table, rule, rows in zip(quality["table"], quality["rule"], quality["rows"], strict=True)
    ]
    return quality[is_shown]
