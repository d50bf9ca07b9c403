"""A plan for a budget: offers of a scored month are valued, chosen, and compared with simpler ways to choose."""

from __future__ import annotations

import json
import math
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition import declared
from attrition.data import sources
from attrition.data.atomic import atomic_folder
from attrition.data.csv_cells import write_csv
from attrition.data.people.protection import naming_notes
from attrition.errors import DeclarationError, UserError, did_you_mean
from attrition.jobs import PlanJob
from attrition.message import Message
from attrition.runs import Runs
from attrition.steps.declarations import read_monthly_job
from attrition.steps.mode import stored_plan
from attrition.steps.month import options_for_month, scores_by
from attrition.steps.way_back import with_staff_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from attrition.data.progress import Progress
    from attrition.model.panel import Panel
    from attrition.predict.eligibility import InterventionOptions
    from attrition.predict.plan import Plan
    from attrition.steps.model_in_use import VersionedModel

COLUMNS = [
    "agent_id",
    "site",
    "intervention",
    "en",
    "zh",
    "lever",
    "cost",
    "expected_saving",
    "risk_before",
    "risk_after",
    "evidence",
    "basis",
]


def plan_month(
    workspace: Path, panel: Panel, as_of: date, *, model: VersionedModel, budget: float, progress: Progress
) -> list[Path]:
    """Choose the interventions that save most within a budget, in a month that was scored, and write the plan.

    Returns
    -------
    list of Path
        ``plan.json``, ``plan.csv`` and ``comparison.csv`` under ``runs/<as_of>/plan/``.

    Raises
    ------
    UserError
        The model orders nobody, the budget buys nothing, or another version than that in use scored the month.
    MissingProduct
        The month was not scored.
    """
    from attrition.predict.intervention_estimates import intervention_estimates
    from attrition.predict.offers import offers
    from attrition.predict.plan import PlanRequest, optimise_plan
    from attrition.steps.known_errors import errors_known_by

    if not model.caveat.lists_people:
        raise UserError("offers need an order of people, and none was shown; `attrition models list` says what was not")
    job = declared.read(workspace / "pipelines" / "plan.toml", PlanJob)
    month, fitted, runs = panel.month(as_of), model.fitted, Runs(workspace)
    options = options_for_month(workspace, month, as_of)
    book = options.playbook
    _refuse_unknown_capacities(job, options, month.outcomes)
    agents = _agents(scores_by(model, workspace, panel, as_of), month, model)
    progress(
        Message(
            "valuing {interventions} interventions for {agents} agents",
            interventions=len(book.interventions),
            agents=len(agents),
        )
    )
    table = intervention_estimates(
        fitted, month.rows, agents=agents["agent_id"], options=options, groups=month.outcomes
    )
    candidates = offers(table, agents, fitted=fitted, playbook=book, site_capacity=job.site_capacity)
    _refuse_futile_budget(budget, candidates, book.currency)
    request = PlanRequest(
        budget, job.next_budget, job.curve, job.fairness, seconds=job.seconds, draws=job.draws, seed=job.seed
    )
    progress(Message("choosing among {candidates} offers that save more than they cost", candidates=len(candidates)))
    errors = errors_known_by(runs, panel.outcomes, as_of)
    error = errors.deviation("centre", fitted.spec.headline)
    plan = optimise_plan(candidates, agents, request, playbook=book, shared_error=error)
    facts = _audit(workspace, agents, plan, as_of=as_of)
    facts |= {"as_of": f"{as_of:%Y-%m-%d}", "model_version": model.version, "currency": book.currency}
    facts |= {"indistinct_families": list(fitted.indistinct_families), "naming": naming_notes(workspace)}
    return _write(workspace, as_of, plan, facts, options)


def _audit(workspace: Path, agents: pd.DataFrame, plan: Plan, *, as_of: date) -> dict[str, Any]:
    """Return how offers are spread over protected attributes, small groups hidden."""
    from attrition.report.figures.offer_audit import offer_audit

    smallest = read_monthly_job(workspace).smallest_group
    protected = Runs(workspace).read_audit()
    audit = offer_audit(agents, plan.offers["agent_id"], protected, as_of=as_of, min_group=smallest)
    return {"audit": _rows(audit), "smallest_group": smallest}


def _agents(scores: pd.DataFrame, month: Panel, model: VersionedModel) -> pd.DataFrame:
    """List the agents who were ranked in the month, with their risk, its error in log-odds, and their groups."""
    from scipy.special import logit, ndtri

    ranked = scores[(scores["horizon_months"] == model.fitted.spec.headline) & scores["rank"].notna()]
    width = 2 * ndtri(0.5 + model.fitted.spec.calibration.interval / 2)
    error = (logit(ranked["risk_high"]) - logit(ranked["risk_low"])) / width
    table = ranked[["agent_id", "risk"]].assign(risk_error=error)
    return table.merge(month.outcomes.drop(columns="as_of"), on="agent_id", how="left", validate="one_to_one")


def _refuse_unknown_capacities(job: PlanJob, options: InterventionOptions, groups: pd.DataFrame) -> None:
    """Refuse capacities of an intervention or a site that does not exist."""
    interventions = [item.id for item in options.playbook.interventions]
    sites = sorted(groups["site"].dropna().unique()) if "site" in groups else []
    for intervention, places in job.site_capacity.items():
        pairs = [(intervention, interventions, "models/playbook.toml")] + [
            (site, sites, Message("the centre")) for site in places
        ]
        for name, existing, where in pairs:
            if name not in existing:
                raise DeclarationError(
                    "pipelines/plan.toml: site_capacity.{intervention}: {where} does not know {name}{hint}",
                    intervention=intervention,
                    where=where,
                    name=name,
                    hint=did_you_mean(name, existing),
                )


def require_amount(workspace: Path, budget: float) -> None:
    """Refuse a budget that is not an amount above 0, which needs no panel to be seen."""
    if not math.isfinite(budget) or budget <= 0:
        raise UserError(
            "a budget of {budget:g} buys nothing; give an amount of {currency} above 0",
            budget=budget,
            currency=sources.read(workspace).site.currency,
        )


def _refuse_futile_budget(budget: float, candidates: pd.DataFrame, currency: str) -> None:
    """Refuse a budget that buys nothing."""
    if candidates.empty:
        raise UserError(
            "nothing in models/playbook.toml saves more than it costs for anybody this month; no plan to make"
        )
    cheapest = float(candidates["cost"].min())
    if budget < cheapest:
        raise UserError(
            "a budget of {budget:,.0f} {currency} buys nothing; the cheapest offer that saves more than "
            "it costs costs {cheapest:,.0f}",
            budget=budget,
            currency=currency,
            cheapest=cheapest,
        )


def _write(
    workspace: Path, as_of: date, plan: Plan, facts: Mapping[str, Any], options: InterventionOptions
) -> list[Path]:
    """Write what the mode allows of the plan, all of it or nothing; the list that people read has staff numbers."""
    folder = Runs(workspace).month(as_of) / "plan"
    names = {item.id: (item.en, item.zh) for item in options.playbook.interventions}
    named = plan.offers.assign(
        en=[names[name][0] for name in plan.offers["intervention"]],
        zh=[names[name][1] for name in plan.offers["intervention"]],
    )[COLUMNS].sort_values(["site", "agent_id"], ignore_index=True)
    content = dict(facts) | plan.figures | {"notes": plan.notes}
    content |= {"comparison": _rows(plan.comparison), "curve": _rows(plan.curve), "fairness": _rows(plan.shares)}
    named, content = stored_plan(workspace, named, content)
    with atomic_folder(folder) as part:
        named.to_parquet(part / "plan.parquet", index=False)
        # With a byte order mark a spreadsheet reads the Chinese as UTF-8.
        offers = named
        if "agent_id" in named:  # where the mode keeps counts, there is nobody to name
            offers = with_staff_numbers(workspace, named).sort_values(["site", "agent_id"])
        write_csv(part / "plan.csv", offers, encoding="utf-8-sig")
        write_csv(part / "comparison.csv", plan.comparison, encoding="utf-8-sig")
        text = json.dumps(content, ensure_ascii=False, indent=1, default=_plain)
        (part / "plan.json").write_text(text + "\n", encoding="utf-8")
    return [folder / "plan.json", folder / "plan.csv", folder / "comparison.csv"]


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    import numpy as np

    return value.item() if isinstance(value, np.generic) else str(value)
