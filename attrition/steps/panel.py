"""The panel of a workspace: built from its tables, written whole, and read back while nothing it depends on changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from attrition import declared
from attrition.data.at_work import writing
from attrition.data.panel_job import PanelJob
from attrition.data.swap import one_swap
from attrition.runs import Runs
from attrition.steps.accepted import compared, remember
from attrition.steps.fingerprint import panel_fingerprint
from attrition.steps.one_naming import require_one_naming
from attrition.steps.panel_families import families_of, past_of

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.centre import Centre
    from attrition.data.progress import Progress
    from attrition.data.spark_parts import SparkWorkers
    from attrition.model.panel import Panel
    from attrition.steps.panel_files import BuiltPanel
    from attrition.steps.spark_panel import SparkPanel


def load_or_build_panel(workspace: Path, *, months: Sequence[pd.Timestamp] | None = None, progress: Progress) -> Panel:
    """Read the panel, or the features of some months of it; build it first where it is missing or out of date.

    Outcomes are those of all months, so an empty list of months gives what needs outcomes alone.
    """
    build_if_outdated(workspace, progress=progress)
    progress("reading the panel")
    return Runs(workspace).read_panel(months)


def build_if_outdated(workspace: Path, *, progress: Progress) -> None:
    """Build the panel where it is missing, or where an input, a declaration or the code has changed since."""
    fingerprint = panel_fingerprint(workspace, _job(workspace))
    if fingerprint is None or Runs(workspace).panel_provenance().get("made_from") != fingerprint:
        with writing(workspace, "panel"):
            build_panel(workspace, progress=progress, fingerprint=fingerprint)


def build_panel(workspace: Path, *, progress: Progress, fingerprint: str | None = None) -> list[Path]:
    """Read and check the tables, build every feature of every agent-month at risk, and write the panel.

    Parameters
    ----------
    workspace : Path
        Where its declarations are.
    progress : callable
        Receives the name of each step.
    fingerprint : str, optional
        That of the panel, where a moment ago it was asked for: a database then need not hash its rows again.

    Returns
    -------
    list of Path
        ``runs/panel.parquet``.

    Raises
    ------
    DataError
        The tables break the contract, a file is damaged, or one was replaced while the panel was built from it.
    """
    from attrition.data.centre import open_centre, without_checks
    from attrition.data.files.watched import naming_damage, refuse_replaced
    from attrition.steps.panel_files import write_panel

    require_one_naming(workspace)
    job = _job(workspace)
    fingerprint = fingerprint or panel_fingerprint(workspace, job)
    progress("reading and checking the tables")
    with ExitStack() as engine:
        workers = engine.enter_context(_spark_workers(workspace, job))
        centre, accepted = compared(workspace, open_centre(workspace, workers=workers))
        centre = without_checks(centre)
        with naming_damage(centre.manifest, workspace):
            built = _built(workspace, centre, workers, progress=progress)
        refuse_replaced(centre.manifest, workspace)
        with one_swap(workspace):
            products = write_panel(Runs(workspace), built, centre, fingerprint=fingerprint)
            remember(workspace, accepted)
    return products


@contextmanager
def _spark_workers(workspace: Path, job: PanelJob) -> Iterator[SparkWorkers | None]:
    """Yield Spark's workers, and a storage until the end of the block; None where DuckDB builds the panel."""
    if job.engine != "spark":
        yield None
        return
    from attrition.data.spark_parts import SparkWorkers
    from attrition.data.spark_storage import spark_storage
    from attrition.data.spark_tables import SparkTables

    with spark_storage(job.spark, workspace) as storage:
        roots = [workspace, *([Path(job.spark.storage).expanduser()] if job.spark.storage else [])]
        yield SparkWorkers(SparkTables(storage, roots))


def _built(
    workspace: Path, centre: Centre, workers: SparkWorkers | None, *, progress: Progress
) -> BuiltPanel | SparkPanel:
    """Return every feature of every agent-month at risk and what happened next, built by the engine of the job."""
    import pandas as pd

    from attrition.labels.maturity import with_observation
    from attrition.labels.spells import read_spells

    progress("listing the agents at risk in each month")
    begins, ends = pd.Timestamp(centre.extent.begins), pd.Timestamp(centre.data_ends)
    spells = read_spells(centre.tables, data_start=begins, data_end=ends)
    spells = with_observation(spells, centre.extent, centre.gone)
    if workers is None:
        return _panel_in_memory(workspace, centre, spells, progress=progress)
    from attrition.steps.spark_panel import panel_on_spark

    return panel_on_spark(centre, spells, workers, progress=progress)


def _panel_in_memory(workspace: Path, centre: Centre, spells: pd.DataFrame, *, progress: Progress) -> BuiltPanel:
    """Build the panel with DuckDB; months whose features are as they were are kept from the panel that is there.

    Outcomes, which keep Python busy, and the digests of all rows are found at the same time.
    """
    import pandas as pd

    from attrition.data.meanwhile import meanwhile
    from attrition.labels.maturity import with_observation
    from attrition.labels.next_exits import read_outcomes
    from attrition.steps.indicator_files import gather_indicators, staff_of
    from attrition.steps.kept_months import build_rows, months_to_keep
    from attrition.steps.panel_basis import basis_of, digests_of
    from attrition.steps.panel_files import BuiltPanel

    runs, past, ends = Runs(workspace), past_of(centre, centre.tables), pd.Timestamp(centre.data_ends)
    with meanwhile(partial(digests_of, centre, past)) as digests:
        outcomes = with_observation(read_outcomes(past.months, centre.tables["exits"]), centre.extent, centre.gone)
        staff = staff_of(outcomes, ends)
        basis = basis_of(workspace, centre, past, digests(), staff)
    keeping = months_to_keep(runs, basis)
    recent = keeping.past_to_build(past)
    # Before the features, which fill the memory.
    kept = keeping.kept_sums(runs)
    indicators = gather_indicators(recent, centre.tables, staff, data_end=ends, kept=kept)
    rows = build_rows(runs, past, recent, families_of(centre), keeping, progress=progress)
    progress("writing the panel")
    return BuiltPanel(rows, outcomes, spells, indicators, basis)


def _job(workspace: Path) -> PanelJob:
    return declared.read(workspace / "pipelines" / "panel.toml", PanelJob)
