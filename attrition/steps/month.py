"""Score one month with one model: its scores, drivers, recommendations and expected leavers are computed only here."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_folder
from attrition.data.products import write_parquet
from attrition.errors import UserError
from attrition.ledger.persons import objectors
from attrition.runs import Runs
from attrition.steps.declarations import playbook_known_by
from attrition.steps.mode import read_mode, stored_month, stores_single_agents
from attrition.steps.months import require_scored
from attrition.steps.objections import with_objectors, without_people

if TYPE_CHECKING:
    import pandas as pd

    from attrition.model.panel import Panel
    from attrition.model.risk import FittedRisk
    from attrition.predict.eligibility import InterventionOptions
    from attrition.steps.model_in_use import VersionedModel

Ready = Callable[[str, "pd.DataFrame"], None]
"""Receives the name of a table and the table."""


def _nothing_to_do(name: str, table: pd.DataFrame) -> None:
    """Leave a table that is ready to whoever gets all of them."""


def score_month(
    workspace: Path, panel: Panel, as_of: date, *, model: VersionedModel, ready: Ready = _nothing_to_do
) -> dict[str, pd.DataFrame]:
    """Score the agents at risk at a month-end with what was known by then.

    A month scored by the model in use, and a past month scored later by a model fitted as of that month (a replay),
    differ only in the model passed in. For which agents the model abstains, how wide the ranges of expected leavers
    are, what pilots had taught the playbook, and who is excluded from which intervention are computed here for both.

    Parameters
    ----------
    workspace : Path
        The folder whose backtest, playbook, pilots and interventions are read.
    panel : Panel
        With the features of `months_to_score` and the outcomes of all months; later months are not used.
    as_of : date
        The month-end.
    model : VersionedModel
        The model in use, or a model that was fitted on what was known at the month-end.
    ready : callable, optional
        Receives name and table of the drivers as soon as they are computed, which is first.

    Returns
    -------
    dict of str to DataFrame
        The tables of the data contract: ``scores``, ``drivers``, ``recommendations``, ``expected_leavers``,
        ``quality``; and ``survival`` (by agent, the probability of staying month by month), ``driver_views`` (drivers
        of sites, teams and tenure bands), ``treated`` (who received which intervention within the last year).
    """
    from attrition.labels.interventions_received import recently_received
    from attrition.predict.month import driver_tables, month_tables
    from attrition.steps.known_errors import errors_known_by

    objected, everybody = objectors(workspace), panel.month(as_of)
    panel, month_panel = without_people(panel, objected), without_people(everybody, objected)
    fitted, runs = model.fitted, Runs(workspace)
    errors = errors_known_by(runs, panel.outcomes, as_of)
    groups = mark_reasons_to_abstain(month_panel.outcomes, panel.outcomes, fitted)
    of_drivers = driver_tables(fitted, month_panel.rows, groups, panel=panel.rows, outcomes=panel.outcomes)
    name, drivers = next(of_drivers)
    ready(name, drivers)  # those who write it need one processor, and so does most of what comes next
    tables = month_tables(
        fitted,
        month_panel.rows,
        version=model.version,
        groups=groups,
        options=options_for_month(workspace, month_panel, as_of),
        errors=errors,
    )
    tables |= {name: drivers, **dict(of_drivers)}
    as_of_timestamp = month_panel.rows["as_of"].iloc[0]
    tables["quality"] = runs.read_quality().assign(as_of=as_of_timestamp)
    tables["treated"] = recently_received(runs.read_interventions(), month_panel.rows)
    return with_objectors(tables, everybody.outcomes, objected, errors)


def months_to_score(as_of: date) -> list[pd.Timestamp]:
    """Return the months whose features the score of a month reads: its own, and those its groups are compared with."""
    import pandas as pd

    from attrition.predict.driver_views import months_shown

    return months_shown(pd.Timestamp(as_of))


def score_and_write(
    workspace: Path, panel: Panel, as_of: date, *, model: VersionedModel
) -> tuple[Path, dict[str, pd.DataFrame]]:
    """Score a month as `score_month` does, and write what the mode allows of its tables, all of it or nothing.

    Where the mode stores tables about single agents, their drivers are written while the other tables are computed.

    Returns
    -------
    Path, dict of str to DataFrame
        The folder of the month, and all its tables.
    """
    folder, is_stored_whole = Runs(workspace).month(as_of), stores_single_agents(workspace)
    with atomic_folder(folder) as staging_folder, ThreadPoolExecutor(max_workers=2) as pool:
        written: dict[str, Future[None]] = {}

        def write(name: str, table: pd.DataFrame) -> None:
            written[name] = pool.submit(write_parquet, table, staging_folder / f"{name}.parquet")

        tables = score_month(workspace, panel, as_of, model=model, ready=write if is_stored_whole else _nothing_to_do)
        stored = tables if is_stored_whole else stored_month(workspace, as_of, tables)
        for name in [name for name in stored if name not in written]:
            write(name, stored[name])
        for writing in written.values():
            writing.result()
    return folder, tables


def scores_by(model: VersionedModel, workspace: Path, panel: Panel, as_of: date) -> pd.DataFrame:
    """Return the scores of a month, after checking that this version made them; nobody's who objected since.

    They are those that were stored; where the mode withholds figures, the same ones are computed again in memory.

    Raises
    ------
    MissingProduct
        The month was not scored.
    UserError
        It was scored by another version.
    """
    require_scored(workspace, as_of)
    runs = Runs(workspace)
    scored_by = runs.version_of_month(as_of)
    if scored_by != model.version:
        raise UserError(
            "{as_of:%Y-%m} was scored by version {scored_by} and version {version} is in use now; run "
            "`attrition score --as-of {as_of:%Y-%m}` again",
            as_of=as_of,
            scored_by=scored_by,
            version=model.version,
        )
    objected = objectors(workspace)
    if runs.withholds_risks(as_of):
        return scores_in_memory(model, without_people(panel, objected), as_of)
    scores = runs.read_month_table(as_of, "scores")
    return scores[~scores["agent_id"].isin(objected)]


def scores_in_memory(model: VersionedModel, panel: Panel, as_of: date) -> pd.DataFrame:
    """Return the table ``scores`` of a month of the panel; nothing is stored."""
    from attrition.labels.outcomes import KEYS
    from attrition.predict.scores import scores

    month = panel.month(as_of)
    flags = mark_reasons_to_abstain(month.outcomes, panel.outcomes, model.fitted).set_index(KEYS)
    is_new_site, is_gone = flags["is_new_site"], flags["is_gone"]
    return scores(model.fitted, month.rows, version=model.version, is_new_site=is_new_site, is_gone=is_gone)


def mark_reasons_to_abstain(groups: pd.DataFrame, outcomes: pd.DataFrame, fitted: FittedRisk) -> pd.DataFrame:
    """Return `groups` with two boolean columns: who is at a site without training data, and who is gone.

    ``is_new_site`` is true where no agent of the site was in the training data, ``is_gone`` where the agent was gone by
    then without an exit on file.

    Parameters
    ----------
    groups : DataFrame
        Agent-months of one month with their ``site``.
    outcomes : DataFrame
        The same columns for all agent-months of the panel.
    fitted : FittedRisk
        The model.
    """
    from attrition.predict.scores import at_new_site, gone_by_then

    is_new_site = at_new_site(groups, outcomes, fitted)
    return groups.assign(is_new_site=is_new_site.to_numpy(), is_gone=gone_by_then(groups).to_numpy())


def options_for_month(workspace: Path, month_panel: Panel, as_of: date) -> InterventionOptions:
    """Return what can be offered in a month: the playbook with the results of pilots by then, and who is excluded."""
    from attrition.predict.eligibility import InterventionOptions
    from attrition.steps.excluded import exclusions

    site, interventions = month_panel.provenance["site"], Runs(workspace).read_interventions()
    playbook = playbook_known_by(workspace, as_of, features=month_panel.features, site=site)
    excluded = exclusions(workspace, interventions, month_panel.rows)
    return InterventionOptions(playbook, excluded, for_whole_bands=read_mode(workspace) == "banded")
