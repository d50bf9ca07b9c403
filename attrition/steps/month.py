"""One month scored by one model: the only place where a month's scores, drivers and recommendations are computed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_folder
from attrition.errors import UserError
from attrition.runs import Runs
from attrition.steps.declarations import playbook_known_by

if TYPE_CHECKING:
    import pandas as pd

    from attrition.model.panel import Panel
    from attrition.model.risk import FittedRisk
    from attrition.model.spec import Spec
    from attrition.predict.eligibility import Options
    from attrition.steps.champion import VersionedModel


def score_month(workspace: Path, panel: Panel, as_of: date, *, model: VersionedModel) -> dict[str, pd.DataFrame]:
    """Score the agents at risk at a month-end with what was known by then.

    The champion's month, a replayed month and a backtested month differ only in the model: abstention at sites the
    model has not learnt, the error of the level, the lessons of pilots and the exclusions are all computed here.

    Parameters
    ----------
    workspace : Path
        Whose backtest, playbook, pilots and interventions are read.
    panel : Panel
        Months before and after `as_of` may be in it; nothing of the later ones is used.
    as_of : date
        The month-end.
    model : VersionedModel
        The champion, or a model that was fitted on what was known at the month-end.

    Returns
    -------
    dict of str to DataFrame
        ``scores``, ``drivers``, ``recommendations``, ``expected_leavers``, ``quality`` as in the contract, and
        ``survival``, ``driver_views``, ``treated``.
    """
    from attrition.labels.interventions_received import recently_received
    from attrition.predict.driver_views import driver_views
    from attrition.predict.month import month_tables

    month, fitted, runs = panel.month(as_of), model.fitted, Runs(workspace)
    tables = month_tables(
        fitted,
        month.rows,
        version=model.version,
        groups=with_new_sites(month.outcomes, panel.outcomes, fitted),
        options=options_in(workspace, month, as_of),
        shared_error=level_error(workspace, panel.outcomes, spec=fitted.spec, as_of=as_of),
    )
    last_day = month.rows["as_of"].iloc[0]
    tables["driver_views"] = driver_views(fitted, panel.rows, panel.outcomes, as_of=last_day)
    tables["quality"] = runs.read_quality().assign(as_of=last_day)
    tables["treated"] = recently_received(runs.read_interventions(), month.rows)
    return tables


def write_month(workspace: Path, as_of: date, tables: Mapping[str, pd.DataFrame]) -> Path:
    """Write the tables of a scored month, all of them or none; return their folder."""
    folder = Runs(workspace).month(as_of)
    with atomic_folder(folder) as part:
        for name, table in tables.items():
            table.to_parquet(part / f"{name}.parquet", index=False)
    return folder


def issued_scores(workspace: Path, as_of: date, *, model: VersionedModel) -> pd.DataFrame:
    """Read the scores of a month that the champion has scored.

    Raises
    ------
    NotMadeYet
        The month was not scored.
    UserError
        It was scored by another version.
    """
    scores = Runs(workspace).read_month_table(as_of, "scores")
    scored_by = str(scores["model_version"].iloc[0])
    if scored_by != model.version:
        raise UserError(
            f"{as_of:%Y-%m} was scored by version {scored_by} and version {model.version} is the champion now; "
            f"run `attrition score --as-of {as_of:%Y-%m}` again"
        )
    return scores


def with_new_sites(groups: pd.DataFrame, outcomes: pd.DataFrame, fitted: FittedRisk) -> pd.DataFrame:
    """Add ``is_new_site`` to the groups of a month: the model's training rows hold nobody of that site."""
    from attrition.predict.scores import at_new_site

    return groups.assign(is_new_site=at_new_site(groups, outcomes, fitted).to_numpy())


def options_in(workspace: Path, month: Panel, as_of: date) -> Options:
    """Return what can be offered in a month: the playbook with the lessons known by then, and who is excluded."""
    from attrition.predict.eligibility import Options
    from attrition.steps.excluded import exclusions

    book = playbook_known_by(workspace, as_of, features=month.features, site=month.provenance["site"])
    return Options(book, exclusions(workspace, Runs(workspace).read_interventions(), month.rows))


def level_error(workspace: Path, outcomes: pd.DataFrame, *, spec: Spec, as_of: date) -> float:
    """Return by how much the level of risk erred in the backtest, measured on labels that were mature by a month-end.

    Returns
    -------
    float
        Relative standard deviation; the usual one (`attrition.predict.expected.SHARED_ERROR`) where there is no
        backtest, or none of its months was mature.
    """
    import pandas as pd

    from attrition.labels.outcomes import KEYS, exit_within
    from attrition.predict.expected import SHARED_ERROR, shared_error

    runs = Runs(workspace)
    if not runs.has_backtest():
        return SHARED_ERROR
    scores = runs.read_backtest("scores")
    headline = scores[scores["horizon_months"] == spec.headline].drop(columns="resigned")
    labels = outcomes[KEYS].assign(resigned=exit_within(outcomes, spec.headline, known_at=pd.Timestamp(as_of)))
    mature = headline.merge(labels, on=KEYS, how="inner").dropna(subset="resigned")
    return shared_error(mature, horizon=spec.headline) if len(mature) else SHARED_ERROR
