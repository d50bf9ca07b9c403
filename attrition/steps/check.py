"""The check of a workspace's tables: what the site supplies, which features it allows, what was repaired or assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrition import declared
from attrition.data.atomic import atomic_file
from attrition.errors import DeclarationError
from attrition.jobs import CheckJob
from attrition.runs import Runs
from attrition.steps.accepted import compared, remember
from attrition.steps.declarations import declared_playbook, lessons_known_by
from attrition.steps.history import History
from attrition.steps.panel_families import families_of, past_of
from attrition.steps.presence_files import write_gone, write_headcount, write_mending_list
from attrition.steps.promises import Promises, promise_features
from attrition.steps.unknown_kinds import unknown_kinds

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.causes import Cause
    from attrition.data.centre import Centre
    from attrition.data.consistency.extent import Extent
    from attrition.data.progress import Progress
    from attrition.data.terms import Language
    from attrition.predict.playbook import Playbook


@dataclass(frozen=True, eq=False)
class CheckResult:
    """The result of a check that found no fault which stops.

    Parameters
    ----------
    causes : tuple of Cause
        What is wrong and does not stop, the worst first.
    language : {"en", "zh"}
        The language in which the site reads faults.
    coverage : DataFrame
        Rows, agents, first and last day of every table.
    features : mapping of str to sequence of str
        By family, the features that the site's tables can supply for enough agent-months.
    filled : DataFrame
        The share of rows in which each column has a value.
    quality : DataFrame
        The contract's table ``quality``: rows set aside and repaired, by rule.
    assumptions : tuple of mapping
        The assumptions that were made, in both languages.
    thin_column_share : float
        Columns filled in a smaller share of their rows are listed.
    history : History
        The months that the tables cover, from which follows what can be done next.
    promises : Promises, optional
        How many agent-months will have the features of each family, and which features too few will have.
    products : list of Path
        ``runs/check.html``, ``runs/check.xlsx`` and ``runs/quality.parquet``.
    """

    causes: tuple[Cause, ...]
    language: Language
    coverage: pd.DataFrame
    features: Mapping[str, Sequence[str]]
    filled: pd.DataFrame
    quality: pd.DataFrame
    assumptions: tuple[Mapping[str, str], ...]
    thin_column_share: float
    products: list[Path]
    history: History
    promises: Promises | None = None


def check_tables(workspace: Path, *, progress: Progress) -> CheckResult:
    """Check every source against the contract, and the declarations that depend on what the sources supply.

    The page and the workbook of the check are written also where tables break the contract.

    Raises
    ------
    DataError
        Tables break the contract; carries every fault of every table.
    DeclarationError
        The playbook or a lesson is declared wrongly; the page of the check is there by then.
    """
    from attrition.data import sources
    from attrition.data.causes import causes_of
    from attrition.data.centre import examine, with_faults
    from attrition.data.completeness import count_contents, filled_shares
    from attrition.data.faults import contract_error
    from attrition.steps.check_files import opened_inputs, refused_inputs, write_check

    job = declared.read(workspace / "pipelines" / "check.toml", CheckJob)
    declaration = sources.read(workspace)
    language = declaration.site.reader_language
    progress("reading and checking the tables")
    centre, faults = examine(workspace)
    if centre is not None:
        write_gone(Runs(workspace), centre)
        write_mending_list(workspace, centre)
        write_headcount(Runs(workspace), centre)
    if centre is None or any(fault.stops for fault in faults):
        progress("looking up the rows to mend")
        pages = write_check(workspace, refused_inputs(workspace, declaration, centre, faults), language)
        raise contract_error(faults, page=pages[0].relative_to(workspace).as_posix())
    progress("listing the features that the site can have")
    contents = count_contents(centre.tables, centre.before_pseudonyms)
    filled = filled_shares(contents)
    centre, accepted = compared(workspace, centre, contents)
    book, unreadable = _playbook_or_error(workspace, centre)
    centre = centre if book is None else with_faults(centre, unknown_kinds(centre, book))
    promises = promise_features(centre, _available_features(centre), filled, minimum=job.promised_share)
    features = promises.features
    inputs = opened_inputs(
        workspace, declaration, centre, features=features, filled=filled, sparse_share=job.thin_column_share
    )
    pages = write_check(workspace, inputs, language)
    if unreadable is not None:
        raise unreadable
    remember(workspace, accepted)
    return CheckResult(
        causes=tuple(causes_of(centre.faults)),
        language=language,
        coverage=centre.coverage,
        features=features,
        filled=filled,
        quality=centre.quality,
        assumptions=centre.assumptions,
        thin_column_share=job.thin_column_share,
        products=[*pages, _write_quality(workspace, centre)],
        history=_history(centre.extent),
        promises=promises,
    )


def _history(extent: Extent) -> History:
    """Return the months that the tables cover, and of which exits are known by now."""
    from attrition.data.consistency.exit_months import delay_in_months

    last = extent.ends
    months = last.year * 12 + last.month - 1 - delay_in_months(extent.delay_days)
    recorded_to = date(months // 12, months % 12 + 1, 28)
    return History.between(extent.begins, last, known_to=min(recorded_to, extent.exits_complete_to))


def _available_features(centre: Centre) -> Mapping[str, Sequence[str]]:
    from attrition.data.engine import columns_only
    from attrition.features.registry import available_features

    with columns_only(centre.con):
        return available_features(past_of(centre, centre.tables), families_of(centre))


def _playbook_or_error(workspace: Path, centre: Centre) -> tuple[Playbook | None, DeclarationError | None]:
    """Return the playbook with the lessons of pilots, or why it cannot be read: the page of the tables comes first."""
    from attrition.features.registry import declared_features

    try:
        book = declared_playbook(workspace, tuple(declared_features(families_of(centre)).values()))
        return book.updated_by(lessons_known_by(workspace, centre.data_ends)), None
    except DeclarationError as error:
        return None, error


def _write_quality(workspace: Path, centre: Centre) -> Path:
    with atomic_file(Runs(workspace).folder / "quality.parquet") as path:
        centre.quality.assign(as_of=centre.data_ends).to_parquet(path, index=False)
    return Runs(workspace).folder / "quality.parquet"
