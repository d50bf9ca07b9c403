"""Designs a pilot before anybody is treated: its agents, their random assignment, its power and its analysis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from attrition.errors import UserError
from attrition.pilot.cox import CONFIDENCE
from attrition.pilot.power import LONGEST_MONTHS, diluted_ratio, estimate_power, risk_within
from attrition.pilot.preregistration import (
    ASSIGNMENT_COLUMNS,
    BASELINE_COLUMNS,
    Design,
    Offer,
    SampleSize,
    content_hash,
)
from attrition.pilot.randomisation import POOLING_RULE, TREATED, assign_arms, pilot_seed, smallest_stratum, strata

BANDS = ("very_high", "high", "medium")
"""Risk bands whose agents take part; agents at low risk resign too rarely to show an effect."""
MINIMUM_TREATED = 2
"""With fewer treated agents than this no pilot is designed."""

ANALYSIS = (
    "by intention to treat: all agents count in the arm they were assigned to, whether they accepted or not",
    f"primary estimate: hazard ratio of resignation, Cox within strata, {CONFIDENCE:.0%} interval by likelihood ratio",
    "works if, at the end, the whole interval lies below 1; does not if it lies above 1 or above the expected ratio; "
    "otherwise too early to say; before the end nothing is decided",
    "secondary: risk difference (Mantel-Haenszel), survival by arm, a difference adjusted for risk, site and tenure, "
    "and subgroups (band, site, tenure band) shrunk towards the overall ratio; none of them decides",
    "other exits censor and are reported by arm; controls who received the intervention are counted",
)
PRIMARY_OUTCOME = (
    "the agent hands in a resignation after the month-end of the assignment and by the end of the last month"
)


@dataclass(frozen=True)
class DesignRequest:
    """The settings of a pilot's design.

    Parameters
    ----------
    name : str
        Name of the pilot.
    as_of : date
        Month-end of the scores and the assignment.
    months : int
        Duration.
    agents : int, optional
        Largest number of agents, the riskiest first; by default all who are eligible.
    """

    name: str
    as_of: date
    months: int
    agents: int | None = None


@dataclass(frozen=True)
class DrawnPilot:
    """A designed pilot: its design, the assignment of its agents, and their baseline risks."""

    design: Design
    assignment: pd.DataFrame
    baseline: pd.DataFrame


def draw_pilot(
    candidates: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    offer: Offer,
    request: DesignRequest,
    eligibility: tuple[str, ...] = (),
) -> DrawnPilot:
    """Return the design of a pilot among the riskiest eligible agents, with their assignment to its arms.

    Parameters
    ----------
    candidates : DataFrame
        Every agent at risk in the month: ``agent_id``, ``site``, ``tenure_band``, ``band`` and ``rank`` (null where the
        model abstained), ``ineligible_reason`` (empty where the agent is eligible).
    scores : DataFrame
        The month's table: ``agent_id``, ``horizon_months``, ``risk``, ``model_version``.
    offer : Offer
        The intervention.
    request : DesignRequest
        Name, month, duration and size.
    eligibility : tuple of str
        The conditions in words, kept in the design.

    Raises
    ------
    UserError
        Fewer than two agents would be treated.
    """
    chosen, left_out = _select(candidates, request)
    share = _treated_share(len(chosen), offer)
    min_agents, risk = smallest_stratum(share), chosen["agent_id"].map(risk_within(scores, request.months))
    chosen = chosen.assign(stratum=strata(chosen, min_agents=min_agents), risk=risk.clip(1e-6, 1.0 - 1e-6))
    seed = pilot_seed(request.name, offer.id, f"{request.as_of}", chosen["agent_id"])
    chosen["arm"] = assign_arms(chosen["stratum"], share=share, seed=seed)
    log_odds = np.log(chosen["risk"] / (1.0 - chosen["risk"]))
    assignment, baseline = _as_text(chosen[ASSIGNMENT_COLUMNS]), chosen.assign(log_odds=log_odds)[BASELINE_COLUMNS]
    expected_ratio = diluted_ratio(
        offer.prior.hazard_ratio, months=request.months, months_to_effect=offer.months_to_effect
    )
    design = Design(
        name=request.name,
        as_of=request.as_of,
        months=request.months,
        offer=offer,
        hoped=expected_ratio,
        model_version=str(scores["model_version"].iloc[0]),
        eligibility=(*eligibility, f"risk band {', '.join(BANDS)}", "not in another running pilot"),
        left_out=left_out,
        pooling=POOLING_RULE.format(min_agents=min_agents),
        seed=seed,
        size=_sample_size(chosen, scores, share=share, expected_ratio=expected_ratio, months=request.months),
        hypothesis=f"offered {offer.id}, fewer agents resign within {request.months} months than without",
        primary_outcome=PRIMARY_OUTCOME,
        analysis=ANALYSIS,
        assignment_sha256=content_hash(assignment),
        baseline_sha256=content_hash(baseline),
    )
    return DrawnPilot(design.with_seal(), assignment, baseline)


def _select(candidates: pd.DataFrame, request: DesignRequest) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the riskiest eligible agents by id, and the number of the others by reason."""
    reason = candidates["ineligible_reason"].astype(str)
    is_other_band = ~candidates["band"].isin(BANDS)
    reason = reason.where(reason != "", is_other_band.map({True: "not in the risk bands of the pilot", False: ""}))
    left_out = {str(text): int(count) for text, count in reason[reason != ""].value_counts().items()}
    eligible = candidates[reason == ""].sort_values(["rank", "agent_id"])
    selected = eligible.head(len(eligible) if request.agents is None else request.agents)
    if len(eligible) > len(selected):
        left_out["at lower risk than the agents selected"] = len(eligible) - len(selected)
    return selected.sort_values("agent_id").reset_index(drop=True), left_out


def _treated_share(count: int, offer: Offer) -> float:
    """Return the share to treat: half, or less where the playbook's monthly capacity is smaller.

    Raises a UserError where fewer than `MINIMUM_TREATED` agents would be treated.
    """
    treated = count / 2.0 if offer.capacity_per_month is None else min(count / 2.0, offer.capacity_per_month)
    if treated < MINIMUM_TREATED:
        raise UserError(
            "{count} agents are eligible for {intervention}, too few for two arms; see its conditions and capacity "
            "in models/playbook.toml, or choose another month",
            count=count,
            intervention=offer.id,
        )
    return treated / count


def _sample_size(
    chosen: pd.DataFrame, scores: pd.DataFrame, *, share: float, expected_ratio: float, months: int
) -> SampleSize:
    """Return the numbers of agents and the power they give."""
    is_treated = chosen["arm"] == TREATED
    assigned = chosen.assign(share=is_treated.groupby(chosen["stratum"]).transform("mean"))
    risks_of_longer_pilots = ((count, risk_within(scores, count)) for count in range(months + 1, LONGEST_MONTHS + 1))
    estimate = estimate_power(assigned, ratio=expected_ratio, risks=risks_of_longer_pilots)
    return SampleSize(
        agents=len(chosen),
        treated=int(is_treated.sum()),
        share=share,
        expected_control=estimate.control,
        expected_treated=estimate.treated,
        power=estimate.power,
        detectable=estimate.detectable,
        agents_needed=estimate.agents_needed,
        months_needed=estimate.months_needed,
    )


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with every cell as text, unknown values empty, so that its hash equals that of the CSV file."""
    return table.astype("string").fillna("").astype(str)
