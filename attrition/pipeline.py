"""One function per command, each a straight line of steps: the page to read first.

Each function takes a workspace and returns where its products are; products are written whole or not at all. Commands,
notebooks, schedulers and `import attrition` all go through these functions; nothing is composed twice.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attrition import workspace as workspaces
from attrition.data.at_work import locks, reads, works, writes
from attrition.data.atomic import remove
from attrition.data.meanwhile import meanwhile
from attrition.data.progress import silent
from attrition.data.swap import one_swap
from attrition.errors import AttritionError, UserError
from attrition.message import Message
from attrition.runs import Runs
from attrition.steps.alerts import send_alarms
from attrition.steps.audit import Deed, VerifiedLog, anchor_log, deeds, deeds_about, verify_log
from attrition.steps.backtest import backtest_panel, load_tested_panel, read_backtest_job, write_backtest
from attrition.steps.backtest_answer import write_answer
from attrition.steps.check import CheckResult, check_tables
from attrition.steps.comparison import Comparison, compare_versions
from attrition.steps.declarations import read_monthly_job, read_send_job, read_spec, trained_model
from attrition.steps.delivery.deliver import Sender
from attrition.steps.demo import draw_synthetic_centre
from attrition.steps.doctor.examination import examine
from attrition.steps.doctor.finding import Finding
from attrition.steps.erasure import Erasure, erase_everywhere
from attrition.steps.explain import explain_agent, explain_month
from attrition.steps.fingerprint import PANEL_BASIS
from attrition.steps.folder_map import Ask, FolderMap, ask_about, write_sources
from attrition.steps.folder_map import look_at_folder as look_at
from attrition.steps.life_table import make_life_table
from attrition.steps.map_workbook import read_answers, write_questions
from attrition.steps.mode import refuse_figures, refuse_single_agents, unstored_month
from attrition.steps.mode_sweep import apply_mode
from attrition.steps.model_in_use import load_model_in_use, read_recipe
from attrition.steps.month import months_to_score, score_and_write
from attrition.steps.objections import record_objection, remove_objection
from attrition.steps.panel import build_panel, load_or_build_panel
from attrition.steps.papers import Writing, pdf_renderer, version_for_papers, write_version_papers
from attrition.steps.person_export import export_person as copy_for_person
from attrition.steps.person_paper import write_person_paper
from attrition.steps.pilot import design_pilot as make_pilot_design
from attrition.steps.pilot import observe_intervention, require_new_pilot, require_pilot
from attrition.steps.pilot import read_pilot as make_pilot_reading
from attrition.steps.pilot_brought import bring_trial, is_brought, read_trial
from attrition.steps.plan import plan_month, require_amount
from attrition.steps.promotion import Decision, alias_allowed, decide, promote_version, roll_back, sign
from attrition.steps.pseudonym_change import change_names
from attrition.steps.quarter import write_quarter
from attrition.steps.recorded import recorded
from attrition.steps.replay import (
    is_up_to_date,
    mark_replayed,
    model_of_its_time,
    month_fingerprint,
    months_between,
)
from attrition.steps.report import gather_report, languages_of, write_leader_pdfs, write_report
from attrition.steps.required_papers import write_required_papers
from attrition.steps.retention import Expired, declared_retention, list_expired, remove_expired, sweep_after
from attrition.steps.retrain import (
    about_model,
    check_criteria,
    log_checks,
    may_be_provisional,
    register,
    train,
    write_card,
    write_verdict,
)
from attrition.steps.send_links import send_links, unsent_lines
from attrition.steps.serve import serve_model
from attrition.steps.training_panel import load_training_panel
from attrition.steps.tune import read_tune_job, tune_settings, write_search
from attrition.steps.versions import VersionList, list_versions, move_versions
from attrition.steps.watch import watch_workspace
from attrition.steps.watch_files import write_watch
from attrition.steps.what_if import WhatIf, WhatIfRequest
from attrition.steps.what_if import what_if as score_with_changed_facts

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.people.name_change import Change
    from attrition.data.progress import Progress
    from attrition.data.terms import Language
    from attrition.model.panel import Panel
    from attrition.model.registry_records import AliasChange
    from attrition.pilot.draw import DesignRequest
    from attrition.predict.explanation import Explanation
    from attrition.steps.named_products import Handled
    from attrition.steps.person_request import PersonRequest
    from attrition.steps.pilot_arms import TrialRequest


def init(folder: Path, *, data: Path | None = None) -> list[Path]:
    """Write the starter declarations of a new workspace; files that are there already stay as they are."""
    return workspaces.write_starter(folder, data)


def look_at_folder(workspace: Path, folder: Path, *, speaks: Language, progress: Progress) -> FolderMap:
    """Find out which table and column every file of a folder is, beside what the workspace declares already."""
    return look_at(workspace, folder, speaks=speaks, progress=progress)


def map_by_questions(mapped: FolderMap, ask: Ask) -> FolderMap:
    """Ask what files cannot say, and write the declaration; questions without an answer stay in it as remarks."""
    mapped = ask_about(mapped, ask)
    write_sources(mapped)
    return mapped


def map_by_workbook(mapped: FolderMap, workbook: Path) -> FolderMap:
    """Read the answers of a workbook where it is there, write the declaration, and the workbook with what is open."""
    mapped = read_answers(mapped, workbook)
    write_sources(mapped)
    write_questions(mapped, workbook)
    return mapped


def doctor(folder: Path) -> list[Finding]:
    """Look at the installation, the machine and a workspace, which may be broken; nothing is changed."""
    return examine(folder)


def draw_centre(folder: Path, *, agents: int, months: int, seed: int, progress: Progress) -> None:
    """Simulate a call centre in a new workspace: its exports and declarations, and nothing else."""
    draw_synthetic_centre(folder, agents=agents, months=months, seed=seed, progress=progress)


def demo(folder: Path, *, agents: int, months: int, seed: int, progress: Progress) -> list[Path]:
    """Simulate a call centre in a new workspace, and take it from raw tables to a report."""
    draw_synthetic_centre(folder, agents=agents, months=months, seed=seed, progress=progress)
    panel(folder, progress=progress)
    trial = backtest(folder, progress=progress)
    verdict = retrain(folder, progress=progress)
    last = date.fromisoformat(Runs(folder).panel_provenance()["data_ends"])
    return [*trial, *verdict, *monthly(folder, last, langs=None, progress=progress)]


@recorded("check")
@locks("check")
def check(workspace: Path, *, progress: Progress) -> CheckResult:
    """Check every source against the contract; return what was repaired, and which features the site can have."""
    apply_mode(workspace, progress=progress)
    return check_tables(workspace, progress=progress)


@recorded("life-table")
@writes("life-table")
def life_table(workspace: Path, *, progress: Progress) -> list[Path]:
    """Show how long people stay, from hires and exits alone: all that a list of people allows."""
    return make_life_table(workspace, progress=progress)


@recorded("panel")
@writes("panel")
def panel(workspace: Path, *, anew: bool = False, progress: Progress) -> list[Path]:
    """Build the panel: every agent-month at risk, its features as known then, and what happened next.

    Months whose features are as they were are kept from the panel that is there, unless all are to be built `anew`.
    """
    apply_mode(workspace, progress=progress)
    if anew:
        remove(Runs(workspace).folder / PANEL_BASIS)
    return build_panel(workspace, progress=progress)


@recorded("backtest")
@writes("backtest")
def backtest(workspace: Path, *, progress: Progress) -> list[Path]:
    """Score past months by models that knew only what was known then, and measure how good they were."""
    apply_mode(workspace, progress=progress)
    job, spec = read_backtest_job(workspace), read_recipe(workspace)
    data = load_training_panel(workspace, spec, progress=progress)
    tested = load_tested_panel(data, job, spec)
    tables = backtest_panel(data.panel, tested, job, spec, progress=progress)
    products = write_backtest(workspace, tables)
    return [*products, *write_answer(workspace, data, spec, tables, draws=job.draws, progress=progress)]


@recorded("retrain")
@locks("retrain")
def retrain(workspace: Path, *, progress: Progress) -> list[Path]:
    """Evaluate on later months, fit on every mature label, register, and let the criteria decide whether it scores."""
    apply_mode(workspace, progress=progress)
    spec = read_spec(workspace, trained_model(workspace))
    data = load_training_panel(workspace, spec, progress=progress)
    trained = train(workspace, data, spec, progress=progress)
    version, run = register(workspace, data, trained, progress=progress)
    checks = check_criteria(workspace, data, trained, version=version, progress=progress)
    about, today = about_model(trained) | {"fairness": trained.audit.figures}, datetime.now(UTC).date()
    checks = write_required_papers(workspace, version, checks, about=about, on=today, progress=progress)
    progress("writing the card")
    alias = alias_allowed(checks, may_be_provisional=may_be_provisional(trained, checks))
    with one_swap(workspace):
        cards = write_card(workspace, data, run, version=version, checks=checks, trained=trained)
        verdict = write_verdict(workspace, version, checks, trained=trained, alias=alias)
    log_checks(workspace, version, checks)
    # Last, so that a version which scores has its card and its verdict, whatever stops this command when.
    decided = decide(workspace, version, checks, over=trained.champion, alias=alias, on=datetime.now(UTC))
    if decided != alias:
        write_verdict(workspace, version, checks, trained=trained, alias=decided)
    anchor_log(workspace, version)
    return [verdict, *cards]


@recorded("tune")
@locks("tune")
def tune(workspace: Path, *, progress: Progress) -> list[Path]:
    """Search for better settings of the trees on past months; propose what is better on later ones beyond noise."""
    job = read_tune_job(workspace)
    spec = read_spec(workspace, job.model)
    data = load_training_panel(workspace, spec, progress=progress).panel
    searched, comparison = tune_settings(workspace, data, job, spec, progress=progress)
    with one_swap(workspace):
        return write_search(workspace, job.model, searched, comparison)


@recorded("pseudonyms", "change")
@locks("pseudonyms")
def change_pseudonyms(workspace: Path, change: Change, *, progress: Progress) -> list[Handled]:
    """Call people otherwise in every product: by pseudonyms, by staff numbers, or by pseudonyms of a new key."""
    return change_names(workspace, change, progress=progress)


@works
def list_models(workspace: Path) -> VersionList:
    """List every registered version with its aliases, and every decision about them."""
    return list_versions(workspace)


@works
def compare_models(workspace: Path, one: str, other: str) -> Comparison:
    """Compare two registered versions: what they were made from, their figures, and how far their lists agree."""
    return compare_versions(workspace, one, other)


@recorded("promote", "version", "despite")
@locks("models promote")
def promote_model(workspace: Path, version: str, decision: Decision, *, despite: Sequence[str] = ()) -> AliasChange:
    """Make a version the champion because somebody decided so; the criteria it failed must be named."""
    change = promote_version(workspace, version, decision, despite=despite)
    anchor_log(workspace, version)
    return change


@recorded("sign", "version")
@locks("models sign")
def sign_model(workspace: Path, version: str) -> None:
    """Sign a version with the key that the environment names."""
    sign(workspace, version)


@recorded("move")
@locks("models move")
def move_models(workspace: Path, *, progress: Progress) -> list[str]:
    """Move the models of a workspace from its own file to the MLflow server that it declares."""
    return move_versions(workspace, progress=progress)


@recorded("rollback")
@locks("models rollback")
def roll_back_model(workspace: Path, decision: Decision) -> AliasChange:
    """Make the champion before this one champion again."""
    change = roll_back(workspace, decision)
    anchor_log(workspace, change.version)
    return change


@recorded("papers write", "version")
@writes("papers write")
def papers(
    workspace: Path, version: str | None, writing: Writing, *, langs: Sequence[str] | None, progress: Progress
) -> list[Path]:
    """Write the papers of a version, by default of the one in use, for those who must agree and sign."""
    version = version_for_papers(workspace, version)
    verdict, languages = Runs(workspace).read_verdict(version), languages_of(workspace, langs)
    progress("writing the papers, and rendering their PDFs")
    renderer = pdf_renderer(progress)
    return write_version_papers(workspace, version, verdict, writing=writing, langs=languages, renderer=renderer)


@recorded("papers quarter", "quarter")
@writes("papers quarter")
def quarter_paper(
    workspace: Path, quarter: str, writing: Writing, *, langs: Sequence[str] | None, progress: Progress
) -> list[Path]:
    """Write the report of a quarter to the works council: what was run, whether it was right, who was looked at."""
    progress("writing the quarterly report")
    languages, renderer = languages_of(workspace, langs), pdf_renderer(progress)
    return write_quarter(workspace, quarter, writing=writing, langs=languages, renderer=renderer)


@recorded("papers person", "as_of", person="agent")
@reads
def person_paper(
    workspace: Path, agent: str, as_of: date, *, langs: Sequence[str] | None, progress: Progress
) -> list[Path]:
    """Write how an estimate came about for the person it is about, in plain words."""
    progress("gathering what the month holds about the agent")
    return write_person_paper(workspace, agent, as_of, langs=languages_of(workspace, langs))


@recorded("score", "as_of")
@writes("score")
def score(workspace: Path, as_of: date, *, progress: Progress) -> list[Path]:
    """Score the agents at risk at a month-end by the model in use, with drivers and recommendations."""
    folder, _ = _score(workspace, as_of, progress=progress)
    return [folder]


def _score(workspace: Path, as_of: date, *, progress: Progress) -> tuple[Path, dict[str, pd.DataFrame]]:
    apply_mode(workspace, progress=progress)
    model = load_model_in_use(workspace, as_of=as_of, progress=progress)
    # Reading the panel leaves a processor idle, and a score of a month looks everybody up.
    with meanwhile(model.fitted.resignations.tabulate) as tabulated:
        data = load_or_build_panel(workspace, months=months_to_score(as_of), progress=progress)
        tabulated()
    progress(Message("scoring {agents} agents", agents=data.agents(as_of)))
    return score_and_write(workspace, data, as_of, model=model)


@recorded("plan", "as_of", "budget")
@writes("plan")
def plan(workspace: Path, as_of: date, *, budget: float, progress: Progress) -> list[Path]:
    """Choose which interventions for whom save most within a budget, and compare that with simpler ways to choose."""
    apply_mode(workspace, progress=progress)
    require_amount(workspace, budget)  # before the panel is built, which can take minutes
    model = load_model_in_use(workspace, as_of=as_of)
    data = load_or_build_panel(workspace, months=months_to_score(as_of), progress=progress)
    return plan_month(workspace, data, as_of, model=model, budget=budget, progress=progress)


@recorded("monthly", "as_of")
@locks("monthly")
def monthly(workspace: Path, as_of: date, *, langs: Sequence[str] | None, progress: Progress) -> list[Path]:
    """Score the month, plan where a budget is declared, watch, and write the report; then the leaders' PDFs."""
    with one_swap(workspace):
        products = _month_and_report(workspace, as_of, langs=langs, progress=progress)
    send_alarms(workspace, Sender(os.environ), progress=progress)  # what they speak of can be read now
    # When the report is there, so that whoever stops this has it; the next run renders only what is missing.
    write_leader_pdfs(workspace, as_of, progress=progress)
    if read_send_job(workspace).after_monthly:
        try:
            send(workspace, as_of, progress=progress)
        except AttritionError as error:  # the report is there; `attrition send` tries again what did not arrive
            progress(error.message)
    return products


def _month_and_report(workspace: Path, as_of: date, *, langs: Sequence[str] | None, progress: Progress) -> list[Path]:
    folder, tables = _score(workspace, as_of, progress=progress)
    products = [folder]
    if budget := read_monthly_job(workspace).budget:
        try:
            products += plan(workspace, as_of, budget=budget, progress=progress)
        except UserError as error:  # a budget that buys nothing does not stop the report
            progress(Message("no plan is made: {error}", error=error.message))
    try:
        products += _watch(workspace, progress=progress)
    except AttritionError as error:  # what cannot be watched does not stop the report
        progress(Message("not watched: {error}", error=error.message))
    content = gather_report(workspace, as_of, scored=unstored_month(workspace, tables))
    languages = languages_of(workspace, langs)
    products += write_report(workspace, content, langs=languages, progress=progress)
    sweep_after(workspace, as_of, today=datetime.now(UTC).date(), progress=progress)
    return products


@recorded("send", "as_of")
@locks("send")
def send(workspace: Path, as_of: date, *, progress: Progress) -> None:
    """Send everybody who is declared the links to their own files of a month's report, once."""
    send_links(workspace, as_of, Sender(os.environ), progress=progress)


@reads
def preview_sending(workspace: Path, as_of: date) -> list[str]:
    """List what `send` would send now: who by number and role, and the links."""
    return unsent_lines(workspace, as_of)


@recorded("monitor")
@locks("monitor")
def monitor(workspace: Path, *, progress: Progress) -> list[Path]:
    """Compare what the model in use learned from and promised with what came since; say what changed and since when."""
    products = _watch(workspace, progress=progress)
    send_alarms(workspace, Sender(os.environ), progress=progress)
    return products


def _watch(workspace: Path, *, progress: Progress) -> list[Path]:
    model = load_model_in_use(workspace)
    data = load_or_build_panel(workspace, months=(), progress=progress)
    watch = watch_workspace(workspace, data, model, progress=progress)
    return write_watch(workspace, watch, data)


@works
def find_expired(workspace: Path, *, today: date) -> list[Expired]:
    """List what is kept longer than pipelines/retention.toml declares."""
    return list_expired(workspace, declared_retention(workspace), month=today, today=today)


@recorded("sweep", "today")
@writes("sweep")
def sweep(workspace: Path, *, today: date) -> list[Expired]:
    """Remove what is kept longer than pipelines/retention.toml declares; return what that was."""
    expired = list_expired(workspace, declared_retention(workspace), month=today, today=today)
    remove_expired(expired)
    return expired


@recorded("replay", "first", "last")
@locks("monthly")
def replay(workspace: Path, first: date, last: date, *, langs: Sequence[str] | None, progress: Progress) -> list[Path]:
    """Score and report past months, oldest first, as they would have been known then; a finished month is kept."""
    apply_mode(workspace, progress=progress)
    data = load_training_panel(workspace, read_recipe(workspace), progress=progress)
    languages, months = languages_of(workspace, langs), months_between(data.newest, first, last)
    for number, month in enumerate(months, start=1):
        step = Message("{month} ({number} of {total})", month=f"{month:%Y-%m}", number=number, total=len(months))
        fingerprint = month_fingerprint(workspace, data.newest, month, langs=languages)
        if is_up_to_date(workspace, month, fingerprint):
            progress(Message("{step}: up to date", step=step))
            continue
        progress(Message("{step}: fitting a model on what was known then", step=step))
        model = model_of_its_time(workspace, data.panel, month)
        with one_swap(workspace):
            panel = data.everybody_in(months_to_score(month))
            _, tables = score_and_write(workspace, panel, month, model=model)
            progress(Message("{step}: the report", step=step))
            content = gather_report(workspace, month, scored=unstored_month(workspace, tables))
            write_report(workspace, content, langs=languages, progress=silent)
            mark_replayed(workspace, month, fingerprint)
    return [workspace / "reports" / f"{month:%Y-%m}" for month in months]


@recorded("explain", "as_of", person="agent")
@reads
def explain(workspace: Path, agent: str, as_of: date, *, langs: Sequence[str] | None, progress: Progress) -> list[Path]:
    """Write one agent's page from a month that was issued."""
    apply_mode(workspace, progress=progress)
    refuse_single_agents(workspace, "attrition explain")
    progress("gathering what the month holds about the agent")
    return explain_agent(workspace, agent, as_of, langs=languages_of(workspace, langs))


@recorded("explanation", "as_of", person="agents")
@works
def explanation(
    workspace: Path, as_of: date, *, horizon: int | None, agents: Collection[str], progress: Progress
) -> Explanation:
    """Explain the risks of a scored month by their features, for SHAP's own plots."""
    apply_mode(workspace, progress=progress)
    refuse_figures(workspace, "Workspace.explain")
    model = load_model_in_use(workspace, as_of=as_of)
    data = load_or_build_panel(workspace, months=months_to_score(as_of), progress=progress)
    progress("explaining the risks")
    return explain_month(workspace, data, as_of, model=model, horizon=horizon, agents=agents)


@recorded("what-if", "request.as_of", person="request.agent_id", sealed=("request.facts",))
@works
def what_if(workspace: Path, request: WhatIfRequest, *, progress: Progress) -> WhatIf:
    """Score one agent by the model in use with the facts as they are and as they are changed."""
    apply_mode(workspace, progress=progress)
    refuse_single_agents(workspace, "attrition what-if")
    model = load_model_in_use(workspace, as_of=request.as_of)
    data = load_or_build_panel(workspace, months=months_to_score(request.as_of), progress=progress)
    return score_with_changed_facts(workspace, data, request, model=model, progress=progress)


@recorded("pilot design", "request.name", "request.as_of", "intervention")
@writes("pilot design")
def design_pilot(workspace: Path, request: DesignRequest, *, intervention: str, progress: Progress) -> list[Path]:
    """Assign agents to an intervention or to control at random, and preregister the design."""
    apply_mode(workspace, progress=progress)
    refuse_single_agents(workspace, "attrition pilot design")
    require_new_pilot(workspace, request.name, intervention)
    data = load_or_build_panel(workspace, months=months_to_score(request.as_of), progress=progress)
    progress("assigning agents at random")
    return make_pilot_design(workspace, data, request, intervention=intervention)


@recorded("pilot bring", "request.name", "request.intervention")
@writes("pilot bring")
def bring_pilot(workspace: Path, request: TrialRequest, *, progress: Progress) -> list[Path]:
    """Take the arms of a trial that was not designed here, read it, and record its lesson where it was randomised."""
    progress("reading hires and exits, and the trial")
    return bring_trial(workspace, request)


@recorded("pilot read", "name", "as_of")
@writes("pilot read")
def read_pilot(workspace: Path, name: str, *, as_of: date | None, progress: Progress) -> list[Path]:
    """Read what a pilot shows by a month-end, and record its lesson; one brought from elsewhere needs no panel."""
    apply_mode(workspace, progress=progress)
    if is_brought(workspace, name):
        progress("reading hires and exits, and the trial")
        return read_trial(workspace, name, as_of=as_of)
    require_pilot(workspace, name)
    data = load_or_build_panel(workspace, months=(), progress=progress)
    progress("reading the pilot")
    return make_pilot_reading(workspace, data, name, as_of=as_of)


@recorded("pilot read observed", "intervention", "as_of")
@writes("pilot read --observed")
def observe(workspace: Path, intervention: str, *, as_of: date | None, progress: Progress) -> list[Path]:
    """Compare agents who received an intervention without random assignment with similar agents who did not."""
    refuse_figures(workspace, "attrition pilot read --observed")
    data = load_or_build_panel(workspace, months=(), progress=progress)
    progress("comparing with similar agents")
    return observe_intervention(workspace, data, intervention, as_of=as_of)


@recorded("serve", "host", "port")
@works
def serve(workspace: Path, *, host: str, port: int, names: Sequence[str] = ()) -> None:
    """Answer plain JSON from the model in use until stopped."""
    apply_mode(workspace, progress=silent)
    refuse_single_agents(workspace, "attrition serve")
    serve_model(workspace, host=host, port=port, names=names)


@recorded("person export", person="request.agent")
@writes("person export")
def export_person(workspace: Path, request: PersonRequest, *, progress: Progress) -> list[Path]:
    """Write everything that is held about one person, for themselves."""
    return copy_for_person(workspace, request, progress=progress)


@recorded("person erase", person="request.agent")
@locks("person erase")
def erase_person(workspace: Path, request: PersonRequest, *, progress: Progress) -> Erasure:
    """Erase a person from everything the workspace holds, and bar them from coming in again."""
    return erase_everywhere(workspace, request, progress=progress)


@recorded("person object", person="request.agent")
@locks("person object")
def object_to_scoring(workspace: Path, request: PersonRequest) -> date:
    """Keep that a person objects to being scored; return the day from which that stands."""
    return record_objection(workspace, request)


@recorded("person withdraw", person="request.agent")
@locks("person withdraw")
def withdraw_objection(workspace: Path, request: PersonRequest) -> None:
    """Withdraw the objection of a person."""
    remove_objection(workspace, request)


@works
def verify_audit_log(workspace: Path, *, known: str = "") -> VerifiedLog:
    """Check that nothing in the audit log was changed, added, cut off or written anew."""
    return verify_log(workspace, known=known)


@works
def show_audit_log(workspace: Path, *, action: str = "", since: date | None = None) -> list[Deed]:
    """List what was done in a workspace: by whom, when, why, and how it ended."""
    return deeds(workspace, action=action, since=since)


@recorded("audit show", person="agent")
@works
def show_person_log(workspace: Path, agent: str, *, action: str = "", since: date | None = None) -> list[Deed]:
    """List what was done about one person, with the reasons that are sealed with their key."""
    return deeds_about(workspace, agent, action=action, since=since)


@recorded("read panel")
@works
def read_panel(workspace: Path, *, progress: Progress) -> Panel:
    """Read every agent-month, for Python; built first where it is missing or out of date."""
    return load_or_build_panel(workspace, progress=progress)


@recorded("read month", "as_of")
@reads
def read_month(workspace: Path, as_of: date) -> dict[str, pd.DataFrame]:
    """Read every table of a scored month, for Python."""
    return Runs(workspace).read_month(as_of)
