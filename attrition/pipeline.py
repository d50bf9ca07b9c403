"""One straight-line function per command: the page to read first.

Each function takes a workspace, makes its products whole or not at all, and gives back where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attrition import declared
from attrition.jobs import CheckJob, MonthlyJob, PanelJob, RetrainJob
from attrition.runs import Runs
from attrition.steps.loading import declared_spec, fresh_panel, level_error, month_of

if TYPE_CHECKING:
    import pandas as pd

    from attrition.pilot.draw import DesignRequest

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Found:
    """What `check` found: what the site supplies, which features it can have, what was repaired or assumed."""

    coverage: pd.DataFrame
    features: Mapping[str, Sequence[str]]
    filled: pd.DataFrame
    quality: pd.DataFrame
    assumptions: tuple[Mapping[str, str], ...]
    thin_column_share: float
    products: list[Path]


def check(workspace: Path, *, progress: Progress) -> Found:
    """Check every source against the contract; say what was repaired, and which features the site can have."""
    from attrition.data.atomic import atomic_file
    from attrition.data.centre import open_centre
    from attrition.data.completeness import filled_shares
    from attrition.features.registry import available_features
    from attrition.features.registry import declared_features as known
    from attrition.pilot.lessons import read_history
    from attrition.predict.playbook import read_playbook
    from attrition.steps.panel import families_of, past_of

    job = declared.read(workspace / "pipelines" / "check.toml", CheckJob)
    progress("reading and checking the tables")
    centre = open_centre(workspace)
    progress("seeing which features the site can have")
    families = families_of(centre)
    without_rows = {name: table.limit(0) for name, table in centre.tables.items()}
    features = available_features(past_of(centre, without_rows), families)
    book = read_playbook(workspace / "models" / "playbook.toml", features=tuple(known(families).values()))
    book.updated_by(read_history(workspace))
    quality = centre.quality.assign(as_of=centre.data_ends)
    with atomic_file(Runs(workspace).folder / "quality.parquet") as path:
        quality.to_parquet(path, index=False)
    return Found(
        coverage=centre.coverage,
        features=features,
        filled=filled_shares(centre.tables),
        quality=centre.quality,
        assumptions=centre.assumptions,
        thin_column_share=job.thin_column_share,
        products=[Runs(workspace).folder / "quality.parquet"],
    )


def panel(workspace: Path, *, progress: Progress) -> list[Path]:
    """Make the panel: every agent-month at risk, what was known about it then, and what followed."""
    from attrition.steps.panel import make_panel

    job = declared.read(workspace / "pipelines" / "panel.toml", PanelJob)
    return make_panel(workspace, job, progress=progress)


def backtest(workspace: Path, *, progress: Progress) -> list[Path]:
    """Score past months by models that knew only what was known then, and say how good they were."""
    from attrition.data.atomic import atomic_folder
    from attrition.model import backtest as trials
    from attrition.model.spec import BacktestJob
    from attrition.predict.backtest_tables import backtest_tables

    job = declared.read(workspace / "pipelines" / "backtest.toml", BacktestJob)
    spec = declared_spec(workspace)
    rows, outcomes, features, _ = fresh_panel(workspace, progress)
    trial = trials.backtest(rows, outcomes, features=features, spec=spec, job=job, progress=_counted(progress))
    progress("explaining the agents who were flagged")
    tables = backtest_tables(trial, rows, outcomes, features=features, spec=spec)
    with atomic_folder(Runs(workspace).backtest) as folder:
        _write(folder, tables)
    return [Runs(workspace).backtest]


def retrain(workspace: Path, *, progress: Progress) -> list[Path]:
    """Train on all that is mature, examine on later months, record, register, and promote if the bar is met."""
    from attrition.data.lock import exclusive_lock

    with exclusive_lock(Runs(workspace).folder / "retrain" / ".lock", what="retrain"):
        return _retrained(workspace, progress)


def _retrained(workspace: Path, progress: Progress) -> list[Path]:
    import pandas as pd

    from attrition.model import aliases, bar, registry
    from attrition.model.examine import examine
    from attrition.model.provenance import made_from
    from attrition.model.risk import fit
    from attrition.predict import served
    from attrition.steps import promotion, verdict

    job = declared.read(workspace / "pipelines" / "retrain.toml", RetrainJob)
    spec = declared_spec(workspace, job.model)
    aliases.require_known_schema(workspace)  # before the training, not after it
    over = aliases.current_aliases(workspace).get(aliases.CHAMPION)
    rows, outcomes, features, about = fresh_panel(workspace, progress)
    at = pd.Timestamp(about["data_ends"])
    exam = examine(rows, outcomes, features=features, spec=spec, at=at, progress=_counted(progress))
    progress("fitting on all that is mature")
    fitted = fit(rows, outcomes, features=features, spec=spec, at=at)
    # a champion whose files are damaged stops it before anything is kept
    rival = promotion.rival(workspace, exam, rows, outcomes)
    progress("recording the run and registering the model")
    declaration = (workspace / "models" / f"{job.model}.toml").read_text(encoding="utf-8")
    origin = made_from(rows, manifest=about["manifest"], declaration=declaration, workspace=workspace)
    record = registry.Record(fitted, exam, outcomes, origin, declaration)
    signature = served.signature(features, fitted.horizons)
    version = registry.record(workspace, record, served=Path(served.__file__), signature=signature)
    progress("holding it against the bar")
    folder = aliases.folder_of(workspace, version, name=spec.name)
    checks = bar.judge(bar.Candidate(fitted, exam, rows[rows["as_of"] == at], outcomes, folder), rival)
    progress("writing the card")
    papers = verdict.write_card_of(workspace, record, version=version, checks=checks, panel=rows, rival=rival)
    registry.conclude(workspace, version, checks, papers=papers)
    is_promoted = promotion.settle(workspace, version, checks, over=over, on=datetime.now(UTC))
    told = verdict.write_verdict(workspace, version, checks, fitted_at=at, is_promoted=is_promoted)
    return [told, papers / "card.md", papers / "card.html"]


def tune(workspace: Path, *, progress: Progress) -> list[Path]:
    """Look for better settings of the trees on past months; propose them if they hold on later ones, beyond noise."""
    import time

    from attrition.model.folds import Material, folds_of
    from attrition.model.gain import gain
    from attrition.model.tunable import TuneJob
    from attrition.model.tune import require_optuna, search
    from attrition.steps.tune import write_tuned

    require_optuna()
    job = declared.read(workspace / "pipelines" / "tune.toml", TuneJob)
    spec = declared_spec(workspace, job.model)
    rows, outcomes, features, _ = fresh_panel(workspace, progress)
    material = Material(rows, outcomes, tuple(features), spec, job)
    progress("preparing the past months")
    storage = Runs(workspace).tune / "trials.db"
    found = search(material, folds_of(material), storage=storage, clock=time.monotonic, progress=progress)
    better = gain(material, found.best, progress=progress) if found.best != found.default else None
    return write_tuned(workspace, job.model, found, better)


def score(workspace: Path, as_of: date, *, progress: Progress) -> list[Path]:
    """Score the agents at risk at a month-end by the champion, with drivers and recommendations."""
    from attrition.data.atomic import atomic_folder
    from attrition.labels.interventions_received import recently_received
    from attrition.model import registry
    from attrition.predict.driver_views import driver_views
    from attrition.predict.month import month_tables
    from attrition.predict.scores import at_new_site
    from attrition.steps.plan import options_of
    from attrition.steps.replay import refuse_hindsight

    fitted, version = registry.champion(workspace)
    refuse_hindsight(fitted, version, as_of)
    rows, outcomes, features, about = fresh_panel(workspace, progress)
    frame, groups = month_of(rows, as_of), month_of(outcomes, as_of)
    options = options_of(workspace, frame, features=features, site=about["site"])
    progress(f"scoring {len(frame)} agents")
    groups = groups.assign(is_new_site=at_new_site(groups, outcomes, fitted).to_numpy())
    level = level_error(workspace, fitted.spec)
    tables = month_tables(fitted, frame, version=version, groups=groups, options=options, shared_error=level)
    tables["driver_views"] = driver_views(fitted, rows, outcomes, as_of=frame["as_of"].iloc[0])
    quality = Runs(workspace).read_quality().assign(as_of=frame["as_of"].iloc[0])
    with atomic_folder(Runs(workspace).month(as_of)) as folder:
        _write(folder, tables | {"quality": quality, "treated": recently_received(Runs(workspace).read_given(), frame)})
    return [Runs(workspace).month(as_of)]


def plan(workspace: Path, as_of: date, *, budget: float, progress: Progress) -> list[Path]:
    """Choose which interventions for whom save most within a budget, and set that beside simpler ways to choose."""
    from attrition.model import registry
    from attrition.steps.plan import Month, make_plan, options_of
    from attrition.steps.replay import refuse_hindsight

    fitted, version = registry.champion(workspace)
    refuse_hindsight(fitted, version, as_of)
    rows, outcomes, features, about = fresh_panel(workspace, progress)
    frame, groups = month_of(rows, as_of), month_of(outcomes, as_of)
    options = options_of(workspace, frame, features=features, site=about["site"])
    month = Month(as_of, frame, groups, options, version)
    return make_plan(workspace, fitted, month, budget=budget, progress=progress)


def monthly(workspace: Path, as_of: date, *, langs: Sequence[str] | None, progress: Progress) -> list[Path]:
    """Score the month, plan where a budget is declared, and write the report."""
    from attrition.errors import UserError
    from attrition.report.write import write
    from attrition.steps.report import report_content

    job = declared.read(workspace / "pipelines" / "monthly.toml", MonthlyJob)
    scored = score(workspace, as_of, progress=progress)
    if job.budget:
        try:
            scored += plan(workspace, as_of, budget=job.budget, progress=progress)
        except UserError as error:  # the report does not wait for a budget that buys nothing
            progress(f"no plan is made: {error}")
    content = report_content(workspace, as_of, job)
    langs = langs or job.languages
    return [*scored, *write(content, langs=langs, folder=workspace / "reports", progress=progress)]


def replay(workspace: Path, first: date, last: date, *, langs: Sequence[str] | None, progress: Progress) -> list[Path]:
    """Score and report past months as they would have been known then."""
    from attrition.steps.replay import replay as replayed

    return replayed(workspace, first, last, langs=langs, progress=progress)


def design_pilot(workspace: Path, asked: DesignRequest, *, intervention: str, progress: Progress) -> list[Path]:
    """Draw a pilot of an intervention by lot, and lay it down sealed."""
    from attrition.steps.pilot import make_design

    rows, outcomes, features, about = fresh_panel(workspace, progress)
    progress("drawing the lots")
    month = month_of(rows, asked.as_of), month_of(outcomes, asked.as_of)
    return make_design(workspace, asked, intervention, month=month, features=features, site=about["site"])


def read_pilot(workspace: Path, name: str, *, as_of: date | None, progress: Progress) -> list[Path]:
    """Say what a pilot shows by a month-end, and keep what it taught."""
    from attrition.steps.pilot import known_at, make_reading

    _, outcomes, features, about = fresh_panel(workspace, progress)
    progress("reading the pilot")
    return make_reading(workspace, name, outcomes, features=features, known_at=known_at(as_of, about))


def observe(workspace: Path, intervention: str, *, as_of: date | None, progress: Progress) -> list[Path]:
    """Compare those who were given an intervention, without any lot, with others like them."""
    from attrition.steps.pilot import known_at, make_observation

    _, outcomes, features, about = fresh_panel(workspace, progress)
    progress("comparing with others like them")
    return make_observation(workspace, intervention, outcomes, features=features, known_at=known_at(as_of, about))


def serve(workspace: Path, *, host: str, port: int) -> None:
    """Answer plain JSON from the champion until stopped."""
    import os

    from attrition.model import registry
    from attrition.predict.service import TOKEN_VARIABLE, allowed_hosts, application
    from attrition.predict.service import serve as listen

    token = os.environ.get(TOKEN_VARIABLE)
    hosts = allowed_hosts(host, token)
    fitted, version = registry.champion(workspace)
    listen(application(fitted, version=version, token=token, hosts=hosts), host=host, port=port)


def demo(folder: Path, *, agents: int, months: int, seed: int, progress: Progress) -> list[Path]:
    """Draw up a synthetic centre in a new workspace and take it from raw tables to a report."""
    from attrition import workspace as workspaces
    from attrition.data.synthetic import sources_toml, write_centre

    progress("drawing up a synthetic centre")
    workspaces.lay(folder)
    write_centre(folder / "exports", agents=agents, months=months, seed=seed)
    (folder / "pipelines" / "sources.toml").write_text(sources_toml("exports"), encoding="utf-8")
    panel(folder, progress=progress)
    trial = backtest(folder, progress=progress)
    verdict = retrain(folder, progress=progress)
    last = date.fromisoformat(Runs(folder).about_panel()["data_ends"])
    return [*trial, *verdict, *monthly(folder, last, langs=None, progress=progress)]


def _write(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)


def _counted(progress: Progress) -> Callable[[str, int, int], None]:
    """Tell steps of steps as one line each."""
    return lambda said, done, of: progress(f"{said} ({min(done + 1, of)} of {of})" if of > 1 else said)
