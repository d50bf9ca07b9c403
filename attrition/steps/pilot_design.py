"""The design of a pilot: agents of a scored month assigned at random, preregistered, and written whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from attrition.data.atomic import atomic_folder
from attrition.errors import UserError
from attrition.labels.interventions_received import RECENT_MONTHS
from attrition.ledger.persons import objectors
from attrition.model.abstention import OBJECTED
from attrition.model.panel import Panel
from attrition.pilot.design_page import design_pages
from attrition.pilot.draw import DesignRequest, draw_pilot
from attrition.pilot.preregistration import FOLDER, LIST, Offer, write_design
from attrition.predict.eligibility import ineligibility_reasons
from attrition.predict.intervention import Intervention
from attrition.report.released import means_of_bands
from attrition.runs import Runs
from attrition.steps.declarations import playbook_known_by
from attrition.steps.excluded import IN_ANOTHER_PILOT, RECEIVED_RECENTLY, agents_in_pilots, recent_recipients
from attrition.steps.model_in_use import load_model_in_use
from attrition.steps.month import scores_by
from attrition.steps.months import require_scored
from attrition.steps.pilot_files import prior_effect, triable, write_pages
from attrition.steps.way_back import with_staff_numbers


def make_design(workspace: Path, panel: Panel, request: DesignRequest, *, intervention: str) -> list[Path]:
    """Assign the agents of a scored month to treatment or control at random, and write the preregistered design.

    Returns
    -------
    list of Path
        ``pilots/<name>/``.

    Raises
    ------
    UserError
        There is a pilot of that name, the intervention cannot be tried, or too few agents are eligible.
    MissingProduct
        The month was not scored.
    """
    require_new_name(workspace, request.name)
    folder, as_of = workspace / FOLDER / request.name, request.as_of
    book = playbook_known_by(workspace, as_of, features=panel.features, site=panel.provenance["site"])
    item = triable(book, intervention)
    scores = _scores(workspace, panel, as_of)
    if scores["rank"].isna().all():
        raise UserError(
            "nobody has a risk band in {as_of:%Y-%m}, since no order of people was shown, so no pilot "
            "can be drawn among those at high risk; `attrition models list` says what was not shown",
            as_of=as_of,
        )
    candidates = _candidates(workspace, item, panel.month(as_of), scores)
    eligibility = tuple(f"{rule.feature} {rule.op} {rule.value}" for rule in item.eligible)
    eligibility = (*eligibility, f"{item.id} not received within the last {RECENT_MONTHS} months")
    pilot = draw_pilot(candidates, scores, offer=_offer(item), request=request, eligibility=eligibility)
    with atomic_folder(folder) as part:
        write_design(part, pilot.design, assignment=pilot.assignment, baseline=pilot.baseline)
        people = with_staff_numbers(workspace, pilot.assignment).sort_values("agent_id")
        people.to_csv(part / LIST, index=False, encoding="utf-8-sig")
        write_pages(part, "pilot", design_pages(pilot.design, end=f"{pilot.design.end:%Y-%m}"), workspace=workspace)
    return [folder]


def require_new_name(workspace: Path, name: str) -> None:
    """Refuse the name of a pilot that is there."""
    if (workspace / FOLDER / name).exists():
        raise UserError(
            "{folder}/{name} is there already; agents are assigned once, so a new pilot needs a new --name",
            folder=FOLDER,
            name=name,
        )


def _scores(workspace: Path, panel: Panel, as_of: date) -> pd.DataFrame:
    """Return the scores of the month; where the mode withholds figures, with the means of bands in place of risks."""
    require_scored(workspace, as_of)
    runs = Runs(workspace)
    if not runs.withholds_risks(as_of):
        return runs.read_month_table(as_of, "scores")
    model = load_model_in_use(workspace, as_of=as_of)
    return means_of_bands(scores_by(model, workspace, panel, as_of))


def _candidates(workspace: Path, item: Intervention, month: Panel, scores: pd.DataFrame) -> pd.DataFrame:
    """List every agent of a month with band, rank, groups, and why they are not eligible."""
    reasons = ineligibility_reasons(month.rows, item)["en"].to_numpy()
    table = month.outcomes[["agent_id", "as_of", "site", "tenure_band"]].assign(ineligible_reason=reasons)
    as_of = table["as_of"].iloc[0]
    recent = recent_recipients(Runs(workspace).read_interventions(), table)
    recent = recent[recent["intervention"] == item.id]
    excluded = (
        (objectors(workspace), OBJECTED),
        (recent["agent_id"], RECEIVED_RECENTLY[0]),
        (agents_in_pilots(workspace, as_of), IN_ANOTHER_PILOT),
    )
    for agents, reason in excluded:
        is_excluded = (table["ineligible_reason"] == "") & table["agent_id"].isin(agents)
        table.loc[is_excluded, "ineligible_reason"] = reason
    ranks = scores[["agent_id", "band", "rank"]].drop_duplicates("agent_id")
    return table.merge(ranks, on="agent_id", how="left", validate="one_to_one")


def _offer(item: Intervention) -> Offer:
    return Offer(
        id=item.id,
        en=item.en,
        zh=item.zh,
        limits=item.limits,
        limits_zh=item.limits_zh,
        capacity_per_month=item.capacity_per_month,
        months_to_effect=item.months_to_effect,
        prior=prior_effect(item),
        grade=item.evidence.grade,
        source=item.evidence.source,
    )
