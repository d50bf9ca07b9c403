"""The life table of a workspace: how long people stay, made from hires and exits alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_file
from attrition.data.people.protection import naming_notes
from attrition.errors import DataError
from attrition.runs import Runs
from attrition.steps.declarations import read_monthly_job
from attrition.steps.mode import read_mode

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.centre import Centre
    from attrition.data.progress import Progress
    from attrition.data.sources import Sources
    from attrition.report.life_table_inputs import LifeTableInputs


def make_life_table(workspace: Path, *, progress: Progress) -> list[Path]:
    """Read hires and exits, and write how long people stay, by tenure and by group.

    Returns
    -------
    list of Path
        ``runs/life_table.html`` and ``runs/life_table.xlsx``.

    Raises
    ------
    DataError
        Hires or exits are missing, or have a fault that stops.
    """
    from attrition.data import sources
    from attrition.data.people_centre import open_people
    from attrition.report.life_table_inputs import WORKBOOK
    from attrition.report.life_table_page import life_table_page
    from attrition.report.life_table_workbook import write_life_table_workbook

    declared = sources.read(workspace)
    progress("reading hires and exits")
    inputs = _inputs(workspace, declared, open_people(workspace))
    progress("writing the life table")
    page, workbook = Runs(workspace).folder / "life_table.html", Runs(workspace).folder / WORKBOOK
    language = declared.site.reader_language
    with atomic_file(page) as path:
        path.write_text(life_table_page(inputs, language), encoding="utf-8", newline="\n")
    with atomic_file(workbook) as path:
        write_life_table_workbook(inputs, language, path)
    return [page, workbook]


def _inputs(workspace: Path, declared: Sources, centre: Centre) -> LifeTableInputs:
    from attrition.data.people.person_faults import dated_at_hire, is_one_list, no_history
    from attrition.report.figures.life_table_figures import life_table_figures
    from attrition.report.life_table_inputs import LifeTableInputs, facts_of_today

    min_group = read_monthly_job(workspace).smallest_group
    spells = _spells(centre)
    if len(spells) < min_group:
        raise DataError(
            "{count} people are observed; a life table needs at least {needed}", count=len(spells), needed=min_group
        )
    headings = _headings(workspace, declared) if is_one_list(declared) else ()
    return LifeTableInputs(
        site=declared.site.name,
        mode=read_mode(workspace),
        begins=centre.extent.begins,
        ends=centre.extent.complete_everywhere_to,
        figures=life_table_figures(spells, min_group=min_group),
        min_group=min_group,
        today=facts_of_today(declared, headings) if headings else (),
        has_history=not (no_history(declared) or dated_at_hire(declared)),
        knows_kinds=bool((spells["exit_kind"].dropna() != "other").any()),
        faults=centre.faults,
        assumptions=(*naming_notes(workspace), *centre.assumptions),
    )


def _spells(centre: Centre) -> pd.DataFrame:
    """Return the employments as known at the end of the data, with the unit and the job as last recorded."""
    import pandas as pd

    from attrition.labels.maturity import with_observation
    from attrition.labels.spells import read_spells, spells_known_at

    begins, ends = pd.Timestamp(centre.extent.begins), pd.Timestamp(centre.data_ends)
    spells = with_observation(read_spells(centre.tables, data_start=begins, data_end=ends), centre.extent, centre.gone)
    spells = spells_known_at(spells, ends)
    return spells.merge(_units(centre), on="agent_id", how="left") if "assignments" in centre.tables else spells


def _units(centre: Centre) -> pd.DataFrame:
    """Return the unit and the job of each agent, as last recorded."""
    from attrition.data.rows.versions import newest

    rows = newest(centre.tables["assignments"])
    names = [name for name in ("team_id", "job_role") if name in rows.columns]
    table = rows.select("agent_id", "effective_date", *names).order_by("agent_id", "effective_date").to_pandas()
    return table.drop_duplicates("agent_id", keep="last").drop(columns="effective_date")


def _headings(workspace: Path, declared: Sources) -> tuple[str, ...]:
    """Return the headings of the list of people; none where it is a database."""
    from attrition.data.files.reading import source_headings

    source = declared.tables["agents"]
    if source.path is None:
        return ()
    return source_headings(workspace, "agents", source)
