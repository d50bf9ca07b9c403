"""Plan a pilot: who is in it, who is drawn, what it can show, how it will be read; all before anybody is treated."""

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

REACH = ("very_high", "high", "medium")
"""Bands of risk in which a pilot is drawn: a measure for those who are not at risk can show nothing."""
FEWEST_TREATED = 2

ANALYSIS = (
    "by intention to treat: everybody counts in the arm that was drawn, whether the offer was taken up or not",
    f"primary estimate: hazard ratio of resignation, Cox within strata, {CONFIDENCE:.0%} interval by likelihood ratio",
    "works if, at the end, the whole interval lies below 1; does not if it lies above 1 or above the ratio hoped for; "
    "otherwise too early to say; before the end nothing is decided",
    "beside it: risk difference (Mantel-Haenszel), survival by arm, a difference adjusted for risk, site and tenure, "
    "and groups (band, site, tenure band) drawn towards the whole; none of them decides",
    "other exits end an agent's time in the pilot and are shown by arm; controls who got it are counted",
)
PRIMARY = "the agent hands in a resignation after the month-end of the draw and on or before the end of the last month"


@dataclass(frozen=True)
class DesignRequest:
    """What was asked for: name, month, months to run, and how many agents at most (all in reach where null)."""

    name: str
    as_of: date
    months: int
    agents: int | None = None


@dataclass(frozen=True)
class DrawnPilot:
    """A pilot before it is laid down: its design, its lots, and what was known of its agents."""

    design: Design
    assignment: pd.DataFrame
    baseline: pd.DataFrame


def draw_pilot(
    candidates: pd.DataFrame,
    scores: pd.DataFrame,
    *,
    offer: Offer,
    asked: DesignRequest,
    eligibility: tuple[str, ...] = (),
) -> DrawnPilot:
    """Plan a pilot among the riskiest agents that the intervention is for.

    Parameters
    ----------
    candidates : DataFrame
        Every agent at risk in the month: ``agent_id``, ``site``, ``tenure_band``, ``band`` and ``rank`` (null where the
        model abstained), ``refusal`` (why the intervention is not for the agent; empty where it is).
    scores : DataFrame
        The month's table: ``agent_id``, ``horizon_months``, ``risk``, ``model_version``.
    offer : Offer
        The intervention.
    asked : DesignRequest
        SampleSize and length.
    eligibility : tuple of str
        The rules in words, for the record.

    Raises
    ------
    UserError
        Fewer than two agents would be treated, or none would be left to compare with.
    """
    chosen, left_out = _chosen(candidates, asked)
    share = _share(len(chosen), offer)
    least, risk = smallest_stratum(share), chosen["agent_id"].map(risk_within(scores, asked.months))
    chosen = chosen.assign(stratum=strata(chosen, least=least), risk=risk.clip(1e-6, 1.0 - 1e-6))
    seed = pilot_seed(asked.name, offer.id, f"{asked.as_of}", chosen["agent_id"])
    chosen["arm"] = assign_arms(chosen["stratum"], share=share, seed=seed)
    log_odds = np.log(chosen["risk"] / (1.0 - chosen["risk"]))
    assignment, baseline = _text(chosen[ASSIGNMENT_COLUMNS]), chosen.assign(log_odds=log_odds)[BASELINE_COLUMNS]
    hoped = diluted_ratio(offer.prior.hazard_ratio, months=asked.months, months_to_effect=offer.months_to_effect)
    design = Design(
        name=asked.name,
        as_of=asked.as_of,
        months=asked.months,
        offer=offer,
        hoped=hoped,
        model_version=str(scores["model_version"].iloc[0]),
        eligibility=(*eligibility, f"risk band {', '.join(REACH)}", "not in another pilot that still runs"),
        left_out=left_out,
        pooling=POOLING_RULE.format(least=least),
        seed=seed,
        size=_size(chosen, scores, share=share, hoped=hoped, months=asked.months),
        hypothesis=f"offered {offer.id}, fewer agents resign within {asked.months} months than without",
        primary_outcome=PRIMARY,
        analysis=ANALYSIS,
        assignment_sha256=content_hash(assignment),
        baseline_sha256=content_hash(baseline),
    )
    return DrawnPilot(design.sealed(), assignment, baseline)


def _chosen(candidates: pd.DataFrame, asked: DesignRequest) -> tuple[pd.DataFrame, dict[str, int]]:
    """Take the riskiest of those who are eligible and in reach; count the others by reason."""
    refused = candidates["refusal"].astype(str)
    far = ~candidates["band"].isin(REACH)
    reason = refused.where(refused != "", far.map({True: "not in the risk bands of the pilot", False: ""}))
    left_out = {str(said): int(count) for said, count in reason[reason != ""].value_counts().items()}
    inside = candidates[reason == ""].sort_values(["rank", "agent_id"])
    taken = inside.head(len(inside) if asked.agents is None else asked.agents)
    if len(inside) > len(taken):
        left_out["less at risk than the agents taken"] = len(inside) - len(taken)
    return taken.sort_values("agent_id").reset_index(drop=True), left_out


def _share(count: int, offer: Offer) -> float:
    """Treat half; fewer where the playbook's capacity of a month is less. Those not drawn cost nothing."""
    most = count / 2.0 if offer.capacity_per_month is None else min(count / 2.0, offer.capacity_per_month)
    if most < FEWEST_TREATED:
        raise UserError(
            f"{count} agents are eligible and in reach of {offer.id}, too few to draw two arms; see the conditions and "
            "the capacity in models/playbook.toml, or choose another month"
        )
    return most / count


def _size(chosen: pd.DataFrame, scores: pd.DataFrame, *, share: float, hoped: float, months: int) -> SampleSize:
    treated = chosen["arm"] == TREATED
    drawn = chosen.assign(share=treated.groupby(chosen["stratum"]).transform("mean"))
    longer = ((count, risk_within(scores, count)) for count in range(months + 1, LONGEST_MONTHS + 1))
    said = estimate_power(drawn, ratio=hoped, risks=longer)
    return SampleSize(
        agents=len(chosen),
        treated=int(treated.sum()),
        share=share,
        expected_control=said.control,
        expected_treated=said.treated,
        power=said.power,
        detectable=said.detectable,
        agents_needed=said.agents_needed,
        months_needed=said.months_needed,
    )


def _text(table: pd.DataFrame) -> pd.DataFrame:
    """Make every cell text, as it will be read back; what is not known is an empty cell."""
    return table.astype("string").fillna("").astype(str)
