"""Past months as they would have been known then: each scored by a model fitted on what was known that month-end.

A month-end's model is made by today's recipe (specification, features, playbook) from the panel's rows and labels as
they stood that day; no champion of later is used. What was issued at its time by a champion of its time is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition import declared
from attrition.data.atomic import atomic_file, atomic_folder
from attrition.errors import DataError, NotMadeYet, UserError
from attrition.jobs import MonthlyJob
from attrition.runs import Runs
from attrition.steps.loading import declared_spec, fresh_panel, month_of
from attrition.steps.report import AS_OF_THEN, lessons_by, report_content

if TYPE_CHECKING:
    import pandas as pd

    from attrition.features.declare import Feature
    from attrition.model.risk import FittedRisk
    from attrition.model.spec import Spec

Progress = Callable[[str], None]
MARK = "replayed.json"
"""Written last into a month's folder under runs/: from what the month was made."""

RECIPE = ("models/resignation.toml", "models/playbook.toml", "pipelines/monthly.toml", "pilots/learned.toml")


def replay(workspace: Path, first: date, last: date, *, langs: Sequence[str] | None, progress: Progress) -> list[Path]:
    """Score and report every month from `first` to `last` as it would have been known then, oldest first.

    A month that was finished under the same recipe, with the same months before it, is not made again, so that a
    replay that was stopped goes on where it was.

    Parameters
    ----------
    workspace : Path
        With sources, specification and playbook; no champion is needed.
    first, last : date
        Month-ends.
    langs : sequence of {"en", "zh"}, optional
        Languages of the reports; else as in ``pipelines/monthly.toml``.

    Returns
    -------
    list of Path
        The folders of the months under ``reports/``.

    Raises
    ------
    DataError
        The panel holds no month in between, or history before one is too short to learn from.
    """
    runs, spec = Runs(workspace), declared_spec(workspace)
    job = declared.read(workspace / "pipelines" / "monthly.toml", MonthlyJob)
    rows, outcomes, features, about = fresh_panel(workspace, progress)
    months = [day.date() for day in sorted(rows["as_of"].unique()) if first <= day.date() <= last]
    if not months:
        raise DataError(f"the panel holds no month from {first:%Y-%m} to {last:%Y-%m}")
    for done, month in enumerate(months, start=1):
        said, key = f"{month:%Y-%m} ({done} of {len(months)})", _key(workspace, about, month, langs or job.languages)
        if _stands(workspace, runs, month, key):
            progress(f"{said}: there already")
            continue
        progress(f"{said}: a model that knows what was known then")
        _score(runs, month, spec, (rows, outcomes, features, about))
        progress(f"{said}: the report")
        _report(workspace, month, job, langs or job.languages)
        with atomic_file(runs.month(month) / MARK) as path:
            path.write_text(json.dumps({"made_from": key}), encoding="utf-8")
    return [workspace / "reports" / f"{month:%Y-%m}" for month in months]


def refuse_hindsight(fitted: FittedRisk, version: str, as_of: date) -> None:
    """Refuse to score or plan a past month by a champion that learned from what came after it.

    Raises
    ------
    UserError
        The champion was fitted after the month.
    """
    if fitted.at.date() > as_of:
        raise UserError(
            f"version {version} learned from data up to {fitted.at:%Y-%m-%d}, after {as_of:%Y-%m}; for that month as "
            f"it would have been known then: attrition monthly --from {as_of:%Y-%m} --to {as_of:%Y-%m}"
        )


def _score(
    runs: Runs, month: date, spec: Spec, known: tuple[pd.DataFrame, pd.DataFrame, Sequence[Feature], Any]
) -> None:
    import pandas as pd

    from attrition.labels.interventions_received import recently_received
    from attrition.model.risk import fit
    from attrition.predict.driver_views import driver_views
    from attrition.predict.eligibility import Options
    from attrition.predict.month import month_tables
    from attrition.predict.playbook import read_playbook
    from attrition.steps.excluded import barred

    rows, outcomes, features, about = known
    fitted = fit(rows, outcomes, features=features, spec=spec, at=pd.Timestamp(month))
    book = read_playbook(runs.workspace / "models" / "playbook.toml", features=features)
    book = book.updated_by(lessons_by(runs.workspace, month)).priced_in(about["site"])
    frame, groups = month_of(rows, month), month_of(outcomes, month)
    options = Options(book, barred(runs.workspace, runs.read_given(), frame))
    tables = month_tables(fitted, frame, version=f"{AS_OF_THEN}{month}", groups=groups, options=options)
    tables["driver_views"] = driver_views(fitted, rows, outcomes, as_of=frame["as_of"].iloc[0])
    quality = runs.read_quality().assign(as_of=frame["as_of"].iloc[0])
    with atomic_folder(runs.month(month)) as folder:
        for name, table in (
            tables | {"quality": quality, "treated": recently_received(runs.read_given(), frame)}
        ).items():
            table.to_parquet(folder / f"{name}.parquet", index=False)


def _report(workspace: Path, month: date, job: MonthlyJob, langs: Sequence[str]) -> None:
    from attrition.report.write import write

    write(report_content(workspace, month, job), langs=langs, folder=workspace / "reports")


def _stands(workspace: Path, runs: Runs, month: date, key: str) -> bool:
    """Whether a month was replayed from the same, or issued at its time by a model of its time."""
    if not (workspace / "reports" / f"{month:%Y-%m}").exists() or month not in runs.months():
        return False
    version = str(runs.read_of_month(month, "scores")["model_version"].iloc[0])
    if version.startswith(AS_OF_THEN):
        mark = runs.month(month) / MARK
        return mark.exists() and json.loads(mark.read_text(encoding="utf-8"))["made_from"] == key
    try:
        return date.fromisoformat(runs.read_verdict(version)["fitted_at"][:10]) <= month
    except NotMadeYet:
        return False


def _key(workspace: Path, about: Any, month: date, langs: Sequence[str]) -> str:
    """Say in one hash what a month's report hangs on: panel, recipe, languages, and which months come before it."""
    earlier = [f"{day}" for day in Runs(workspace).months() if day < month]
    recipe = [path.read_bytes() for name in RECIPE if (path := workspace / name).exists()]
    told = json.dumps([about.get("made_from"), earlier, list(langs)], sort_keys=True, default=str).encode()
    return hashlib.sha256(b"\0".join([told, *recipe])).hexdigest()
