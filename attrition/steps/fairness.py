"""The audit of fairness of a retrain: protected groups on the test months, and in the newest month by the new model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.ledger.persons import objectors
from attrition.runs import Runs
from attrition.steps.month import mark_reasons_to_abstain, options_for_month
from attrition.steps.objections import without_people

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.progress import Progress
    from attrition.model.check import Check
    from attrition.model.holdout import HoldoutEvaluation
    from attrition.model.panel import Panel
    from attrition.model.risk import FittedRisk
    from attrition.model.stand_ins import WayOut
    from attrition.steps.training_panel import TrainingPanel


@dataclass(frozen=True, eq=False)
class FairnessAudit:
    """What an audit showed.

    Attributes
    ----------
    figures : DataFrame
        From `attrition.model.fairness`; empty where a site supplies no protected attribute, or no months were held out.
    checks : sequence of Check
        The criteria of fairness.
    way_out : WayOut or None
        Where a figure is off.
    """

    figures: pd.DataFrame
    checks: Sequence[Check] = field(default=())
    way_out: WayOut | None = None


def audit_fairness(
    workspace: Path,
    data: TrainingPanel,
    fitted: FittedRisk,
    evaluation: HoldoutEvaluation | None,
    *,
    progress: Progress,
) -> FairnessAudit:
    """Compare protected groups: level and errors on the test months, abstentions and offers in the newest month.

    Parameters
    ----------
    workspace : Path
        Its protected attributes, playbook and interventions are read.
    data : TrainingPanel
        What was trained on, and everybody in the newest month.
    fitted : FittedRisk
        The model.
    evaluation : HoldoutEvaluation or None
        The same recipe on later months.
    progress : callable
        Called with a sentence before the work begins.
    """
    import pandas as pd

    from attrition.model.fairness import errors_at_the_list, level_by_protected_group, shares_of_a_month
    from attrition.model.fairness_criteria import fairness_checks
    from attrition.model.promotion_criteria import headline_scores
    from attrition.model.protected_groups import protected_groups

    attributes, spec = Runs(workspace).read_audit(), fitted.spec
    if evaluation is None or attributes.drop(columns="agent_id").notna().sum().sum() == 0:
        return FairnessAudit(pd.DataFrame())
    progress("comparing protected groups")
    rows = headline_scores(evaluation.backtest).reset_index(drop=True)
    groups = protected_groups(rows, attributes)
    tables = [level_by_protected_group(rows, groups, spec)]
    if fitted.orders_people:  # without an order nobody is listed
        agents = newest_month(workspace, data.newest, fitted)
        tables.append(errors_at_the_list(rows, groups, spec))
        tables.append(shares_of_a_month(agents, protected_groups(agents, attributes), spec))
    figures = pd.concat(tables, ignore_index=True)
    way_out = _way_out(figures, data.panel, evaluation, groups, attributes)
    return FairnessAudit(figures, fairness_checks(figures), way_out)


def newest_month(workspace: Path, panel: Panel, fitted: FittedRisk) -> pd.DataFrame:
    """Return who would be listed, offered something, or not be given a risk in the newest month; nobody who objected.

    Returns
    -------
    DataFrame
        agent_id, as_of, and the booleans ``abstained``, ``is_listed``, ``is_offered``, one row per agent.
    """
    from attrition.labels.outcomes import KEYS
    from attrition.predict.recommendations import recommendations, watch_list
    from attrition.predict.scores import scores

    panel = without_people(panel, objectors(workspace))
    as_of, spec = panel.rows["as_of"].max(), fitted.spec
    month = panel.month(as_of.date())
    groups = mark_reasons_to_abstain(month.outcomes, panel.outcomes, fitted)
    flags = groups.set_index(KEYS)
    table = scores(fitted, month.rows, version="", is_new_site=flags["is_new_site"], is_gone=flags["is_gone"])
    headline = table[table["horizon_months"] == spec.headline].reset_index(drop=True)
    options = options_for_month(workspace, month, as_of.date())
    listed = watch_list(headline, spec.capacity_share)["agent_id"]
    offers = recommendations(fitted, month.rows, watched=listed, options=options, groups=groups)
    offered = offers.loc[offers["chosen"].astype(bool), "agent_id"]
    return headline[[*KEYS, "abstained"]].assign(
        is_listed=headline["agent_id"].isin(listed), is_offered=headline["agent_id"].isin(offered)
    )


def _way_out(
    figures: pd.DataFrame, panel: Panel, evaluation: HoldoutEvaluation, groups: pd.DataFrame, attributes: pd.DataFrame
) -> WayOut | None:
    """Return which features stand in for the groups that are off; None where none is."""
    from attrition.model.groups import OFF
    from attrition.model.protected_groups import protected_groups
    from attrition.model.stand_ins import stand_ins, way_out

    off = figures[figures["verdict"] == OFF]
    if off.empty:
        return None
    newest = panel.rows[panel.rows["as_of"] == panel.rows["as_of"].max()]
    fitted = evaluation.fitted
    told_by = stand_ins(
        fitted.encoding.matrix(newest),
        fitted.encoding.names,
        protected_groups(newest, attributes),
        off,
        fitted.gain_shares(),
    )
    return way_out(evaluation, off, told_by, panel=panel.rows, outcomes=panel.outcomes, attributes=groups)
