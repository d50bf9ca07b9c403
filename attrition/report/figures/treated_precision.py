"""The measured precision of earlier lists with and without interventions.

Interventions make a list look worse than it was: an agent who stays because of one counts as a false alarm. For each
flagged agent who received an intervention within the horizon and did not resign, the probability that they would have
resigned without it is computed from their estimated risk and the hazard ratio that the playbook declares for the
intervention, as 1 - (1 - risk) ** (share left x (1 - hazard ratio)). The share left is the part of the horizon that
remained when the intervention took effect. Agents who resigned in spite of an intervention are assumed to have resigned
without it too. Of several interventions only the one with the largest effect counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.labels.interventions_received import received_within
from attrition.report.disclosure import suppress_small_counts

if TYPE_CHECKING:
    from datetime import date

    from attrition.predict.intervention import Intervention
    from attrition.report.formatter import Formatter

TREATED, UNTREATED, ALL = "treated", "untreated", "all"
ESTIMATES = ("extra", "extra_low", "extra_high")
COLUMNS = ["part", "flagged", "agents", "resigned", "precision", *ESTIMATES, "without", "without_low", "without_high"]
KEYS = ["agent_id", "as_of"]


def playbook_effects(interventions: Sequence[Intervention]) -> pd.DataFrame:
    """Return the declared effect of each intervention on the hazard of resigning, as updated by the site's pilots.

    Returns
    -------
    DataFrame
        ``intervention``, ``hazard_ratio``, ``low``, ``high`` (the ends of the ratio's interval), ``months_to_effect``.
    """
    rows = [
        (item.id, item.evidence.hazard_ratio, item.evidence.low, item.evidence.high, item.months_to_effect)
        for item in interventions
    ]
    return pd.DataFrame(rows, columns=["intervention", "hazard_ratio", "low", "high", "months_to_effect"])


def treated_precision(
    flagged: pd.DataFrame,
    interventions_received: pd.DataFrame,
    effects: pd.DataFrame,
    *,
    horizon: int,
    known_at: date,
    min_group: int,
) -> pd.DataFrame:
    """Return the precision of earlier lists, split by whether agents received an intervention, and without any.

    Parameters
    ----------
    flagged : DataFrame
        The flagged agents of earlier months, from `attrition.report.figures.track_record.flagged_rows`.
    interventions_received : DataFrame
        From `attrition.labels.interventions_received.read_interventions`.
    effects : DataFrame
        From `playbook_effects`; an intervention that is not listed is assumed to have no effect.
    horizon : int
        Months ahead.
    known_at : date
        Month-end at which outcomes are known.
    min_group : int
        Fewest agents that a part must have to be shown.

    Returns
    -------
    DataFrame
        One row per ``part``: "treated", "untreated" and "all". ``flagged`` are agent-months, ``agents`` different
        agents, ``resigned`` agent-months followed by a resignation, ``precision`` their share. ``extra`` is how many
        more resignations are expected without interventions, ``extra_low`` and ``extra_high`` the same at the ends of
        the interval of the hazard ratio; ``without``, ``without_low`` and ``without_high`` are the shares with them.
        Where a part has fewer agents than `min_group`, only "all" is left, without estimates; where all are fewer than
        that, the table is empty.
    """
    received = received_within(flagged, interventions_received, horizon, known_at=pd.Timestamp(known_at))
    received = received.merge(effects, on="intervention", how="left")
    joined = flagged[KEYS].merge(received[KEYS].drop_duplicates(), on=KEYS, how="left", indicator=True)
    is_treated = (joined["_merge"] == "both").to_numpy()
    flagged = flagged.assign(**_extra_resignations(flagged, received, horizon))
    parts = {TREATED: flagged[is_treated], UNTREATED: flagged[~is_treated], ALL: flagged}
    table = pd.DataFrame([_row(part, rows) for part, rows in parts.items()], columns=COLUMNS)
    return _suppressed(table, min_group)


def treated_precision_sentences(
    table: pd.DataFrame, formatter: Formatter, *, horizon: int, min_group: int
) -> list[str]:
    """Return sentences on the table of `treated_precision`; none where it is empty."""
    rows: dict[str, dict[str, float]] = {str(row.pop("part")): row for row in table.to_dict("records")}  # type: ignore[misc]
    if not rows:
        return []
    if TREATED not in rows:
        return [formatter.text("treated.few", minimum=min_group)]
    all_flagged, treated, untreated = rows[ALL], rows[TREATED], rows[UNTREATED]
    return [
        formatter.text(
            "treated.split",
            horizon=horizon,
            flagged=formatter.number(all_flagged["flagged"]),
            treated=formatter.number(treated["flagged"]),
            precision=formatter.share(all_flagged["precision"], 1),
            treated_precision=formatter.share(treated["precision"], 1),
            untreated_precision=formatter.share(untreated["precision"], 1),
        ),
        formatter.text(
            "treated.without",
            extra=formatter.number(all_flagged["extra"], 1),
            low=formatter.number(all_flagged["extra_low"], 1),
            high=formatter.number(all_flagged["extra_high"], 1),
            without=formatter.share(all_flagged["without"], 1),
            without_low=formatter.share(all_flagged["without_low"], 1),
            without_high=formatter.share(all_flagged["without_high"], 1),
        ),
        formatter.text("treated.caveat"),
    ]


def _extra_resignations(flagged: pd.DataFrame, received: pd.DataFrame, horizon: int) -> dict[str, np.ndarray]:
    """Return for each flagged row the probability of a resignation without the intervention, where there was none."""
    share_effective = (received["share_left"] - received["months_to_effect"].fillna(0.0) / horizon).clip(lower=0.0)
    stayed = flagged["resigned"].to_numpy() == 0.0
    estimates = {}
    for name, ratio in zip(ESTIMATES, ("hazard_ratio", "high", "low"), strict=True):
        reductions = share_effective * (1.0 - received[ratio].fillna(1.0))
        largest = reductions.groupby([received[key] for key in KEYS]).max().rename("reduction").reset_index()
        reduction = flagged[KEYS].merge(largest, on=KEYS, how="left")["reduction"].fillna(0.0).to_numpy()
        estimates[name] = np.where(stayed, -np.expm1(reduction * np.log1p(-flagged["risk"].to_numpy())), 0.0)
    return estimates


def _row(part: str, rows: pd.DataFrame) -> dict[str, object]:
    flagged, resigned = len(rows), float(rows["resigned"].sum())
    extra = {name: float(rows[name].sum()) for name in ESTIMATES}
    shares = [(resigned + value) / flagged if flagged else np.nan for value in (0.0, *extra.values())]
    names = ("precision", "without", "without_low", "without_high")
    counts = {"part": part, "flagged": flagged, "agents": rows["agent_id"].nunique(), "resigned": resigned}
    return counts | extra | dict(zip(names, shares, strict=True))


def _suppressed(table: pd.DataFrame, min_group: int) -> pd.DataFrame:
    """Hide both parts with the smaller one, and what would reveal them; everything where there are few in all."""
    is_shown = suppress_small_counts(table["agents"], min_group).notna()
    if is_shown.all():
        return table
    whole = table[(table["part"] == ALL) & is_shown]
    return whole.assign(**dict.fromkeys([*ESTIMATES, "without", "without_low", "without_high"], np.nan))
