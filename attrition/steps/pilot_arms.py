"""Who was in which arm of a trial that was not designed here: from a file, or from the table of interventions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.errors import UserError, did_you_mean
from attrition.message import joined

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.centre import Centre

TABLE = "interventions"
AGENT_HEADINGS = ("agent_id", "agent", "employee_id", "staff_number", "工号", "员工编号", "座席工号")
ARM_HEADINGS = ("arm", "group", "组别", "分组", "组")
STRATUM_HEADINGS = ("stratum", "block", "分层", "区组")


@dataclass(frozen=True)
class TrialRequest:
    """What is said of a trial that is brought.

    Parameters
    ----------
    name, intervention : str
        Its name, and the id of what the treated got.
    start : date
        The first day.
    months : int
        How long it ran.
    file : Path, optional
        The arms; the table of interventions, with ``pilot_id`` and ``arm``, where left out.
    randomised_by : str, optional
        Who assigned the arms at random, and how.
    baseline : sequence of str
        The columns of the file that say how agents were at the start; all of them where empty.
    """

    name: str
    intervention: str
    start: date
    months: int
    file: Path | None = None
    randomised_by: str | None = None
    baseline: Sequence[str] = ()


def arms_from_table(centre: Centre, request: TrialRequest) -> pd.DataFrame:
    """Return the arms from the table of interventions: its rows with this ``pilot_id``."""
    from attrition.data.rows.versions import newest

    table = centre.tables.get(TABLE)
    if table is None or not {"pilot_id", "arm"} <= set(table.columns):
        raise UserError(
            "nothing says who was in which arm: map pilot_id and arm in [tables.interventions], or name a file with "
            "agent_id and arm: --file arms.csv"
        )
    rows = newest(table).select("agent_id", "kind", "pilot_id", "arm").to_pandas()
    of_trial = rows[rows["pilot_id"] == request.name]
    if of_trial.empty:
        raise UserError(
            "no row of interventions has the pilot_id {name}{nearest}",
            name=request.name,
            nearest=did_you_mean(request.name, rows["pilot_id"].dropna().unique()),
        )
    kinds = sorted(set(of_trial["kind"].dropna()) - {request.intervention})
    if kinds:
        raise UserError(
            "rows of the trial {name} are of another kind than {kind}: {kinds}",
            name=request.name,
            kind=request.intervention,
            kinds=joined(", ", kinds),
        )
    return of_trial[["agent_id", "arm"]].drop_duplicates()


def arms_from_file(request: TrialRequest) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the arms from a file with its baseline columns, and the columns that are none.

    Columns that name people, and protected ones, are left out.
    """
    import pandas as pd

    from attrition.data.people.person_headings import fact_of
    from attrition.data.person_starter import file_columns

    assert request.file is not None
    if not request.file.is_file():
        raise UserError("{file} is not a file", file=request.file)
    columns = pd.DataFrame(file_columns(request.file), dtype="string")
    agent, arm = (_heading(columns, names, request.file) for names in (AGENT_HEADINGS, ARM_HEADINGS))
    stratum = next((name for name in map(str, columns) if name.strip().lower() in STRATUM_HEADINGS), None)
    headings = [str(name) for name in columns]
    unknown = [name for name in request.baseline if name not in headings]
    if unknown:
        raise UserError(
            "{file} has no column {column}{nearest}",
            file=request.file.name,
            column=unknown[0],
            nearest=did_you_mean(unknown[0], headings),
        )
    names = {agent: "agent_id", arm: "arm", **({stratum: "stratum"} if stratum is not None else {})}
    others = [name for name in request.baseline or headings if name not in names]
    left_out = tuple(name for name in others if fact_of(name) in ("name", "protected"))
    baseline = [name for name in others if name not in left_out]
    return columns[[*names, *baseline]].rename(columns=names), left_out


def _heading(columns: pd.DataFrame, names: Sequence[str], file: Path) -> str:
    headings = [str(name) for name in columns]
    matching = [name for name in headings if name.strip().lower().replace(" ", "_") in names]
    if len(matching) == 1:
        return matching[0]
    raise UserError(
        "{file}: needs one column named {names}; it has {headings}",
        file=file.name,
        names=joined(", ", names),
        headings=joined(", ", headings),
    )
