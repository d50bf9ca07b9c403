"""How help that was given changes the measured precision of the list: who was given what, and what it may have saved.

A list that is acted upon looks worse than it was: whoever stays since he was helped counts as a false alarm. For each
agent who was flagged, was given something within the horizon and did not resign, the playbook's hazard ratio says how
probable it is that he would have resigned without it: with the hazard of his estimate in what was left of the horizon,
and a share of it taken away, 1 - (1 - risk) ** (share left x (1 - hazard ratio)). Whoever resigned in spite of the help
is taken to have resigned without it too. Of several things given, the one that takes most away counts alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.labels.interventions_received import received_within
from attrition.report.accounts import flagged_rows, judged_agents
from attrition.report.disclosure import counted

if TYPE_CHECKING:
    from datetime import date

    from attrition.predict.intervention import Intervention
    from attrition.report.form import Form

GIVEN, OTHERS, ALL = "given", "others", "all"
ESTIMATES = ("extra", "extra_low", "extra_high")
COLUMNS = ["part", "flagged", "agents", "resigned", "precision", *ESTIMATES, "without", "without_low", "without_high"]
KEYS = ["agent_id", "as_of"]


def effects(interventions: Sequence[Intervention]) -> pd.DataFrame:
    """List what the playbook, with what pilots taught here, says each intervention does to the hazard.

    Returns
    -------
    DataFrame
        ``intervention``, ``hazard_ratio``, ``low``, ``high`` (the ends of the ratio's interval), ``months_to_effect``.
    """
    told = [
        (item.id, item.evidence.hazard_ratio, item.evidence.low, item.evidence.high, item.months_to_effect)
        for item in interventions
    ]
    return pd.DataFrame(told, columns=["intervention", "hazard_ratio", "low", "high", "months_to_effect"])


def treated_precision(
    scores: pd.DataFrame,
    outcomes: pd.DataFrame,
    given: pd.DataFrame,
    effects: pd.DataFrame,
    *,
    judging: tuple[int, float, date],
    minimum: int,
) -> pd.DataFrame:
    """Split the flagged of earlier months by whether they were given something; estimate the share without it.

    Parameters
    ----------
    scores : DataFrame
        The contract's ``scores`` of earlier months.
    outcomes : DataFrame
        One row per agent-month, as `attrition.report.accounts.judged_months` takes it.
    given : DataFrame
        From `attrition.labels.interventions_received.read_interventions`.
    effects : DataFrame
        From `effects`; what is given and not listed there is taken to do nothing.
    judging : (int, float, date)
        Horizon in months, share of agents that is flagged, month-end from which the world is looked back upon.
    minimum : int
        Fewest agents that a half must hold to be shown.

    Returns
    -------
    DataFrame
        `COLUMNS`, rows "given", "others", "all": agent-months flagged, different agents, resigned and their share;
        ``extra`` more expected to have resigned without help, with the ends by the interval of the evidence; the share
        that would give. Of halves with fewer agents than `minimum` only "all" is left, without estimates; with
        fewer than that in all, nothing.
    """
    horizon, share, known_at = judging
    listed = flagged_rows(judged_agents(scores, outcomes, horizon=horizon, known_at=known_at), share)
    taken = received_within(listed, given, horizon, known_at=pd.Timestamp(known_at)).merge(
        effects, on="intervention", how="left"
    )
    helped = listed[KEYS].merge(taken[KEYS].drop_duplicates(), on=KEYS, how="left", indicator=True)
    is_helped = (helped["_merge"] == "both").to_numpy()
    listed = listed.assign(**_saved(listed, taken, horizon))
    parts = {GIVEN: listed[is_helped], OTHERS: listed[~is_helped], ALL: listed}
    table = pd.DataFrame([_row(part, rows) for part, rows in parts.items()], columns=COLUMNS)
    return _shown(table, minimum)


def treated_said(table: pd.DataFrame, form: Form, *, horizon: int, minimum: int) -> list[str]:
    """Say the table of `treated_precision` in sentences; none where too few were flagged to say anything."""
    rows: dict[str, dict[str, float]] = {str(row.pop("part")): row for row in table.to_dict("records")}  # type: ignore[misc]
    if not rows:
        return []
    if GIVEN not in rows:
        return [form.words("treated.few", minimum=minimum)]
    every, given, others = rows[ALL], rows[GIVEN], rows[OTHERS]
    return [
        form.words(
            "treated.said",
            horizon=horizon,
            flagged=form.number(every["flagged"]),
            given=form.number(given["flagged"]),
            precision=form.share(every["precision"], 1),
            given_precision=form.share(given["precision"], 1),
            others_precision=form.share(others["precision"], 1),
        ),
        form.words(
            "treated.without",
            extra=form.number(every["extra"], 1),
            low=form.number(every["extra_low"], 1),
            high=form.number(every["extra_high"], 1),
            without=form.share(every["without"], 1),
            without_low=form.share(every["without_low"], 1),
            without_high=form.share(every["without_high"], 1),
        ),
        form.words("treated.caveat"),
    ]


def _saved(listed: pd.DataFrame, taken: pd.DataFrame, horizon: int) -> dict[str, np.ndarray]:
    """Give each flagged row the probability that the agent would have resigned without help, where he did not."""
    works = (taken["share_left"] - taken["months_to_effect"].fillna(0.0) / horizon).clip(lower=0.0)
    found = {}
    for name, ratio in zip(ESTIMATES, ("hazard_ratio", "high", "low"), strict=True):
        away = (works * (1.0 - taken[ratio].fillna(1.0))).groupby([taken[key] for key in KEYS]).max()
        own = listed[KEYS].merge(away.rename("away").reset_index(), on=KEYS, how="left")["away"].fillna(0.0).to_numpy()
        stayed = listed["resigned"].to_numpy() == 0.0
        found[name] = np.where(stayed, -np.expm1(own * np.log1p(-listed["risk"].to_numpy())), 0.0)
    return found


def _row(part: str, rows: pd.DataFrame) -> dict[str, object]:
    flagged, resigned = len(rows), float(rows["resigned"].sum())
    extra = {name: float(rows[name].sum()) for name in ESTIMATES}
    shares = [(resigned + value) / flagged if flagged else np.nan for value in (0.0, *extra.values())]
    names = ("precision", "without", "without_low", "without_high")
    counts = {"part": part, "flagged": flagged, "agents": rows["agent_id"].nunique(), "resigned": resigned}
    return counts | extra | dict(zip(names, shares, strict=True))


def _shown(table: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Hide both halves with the smaller one, and what would tell of them; everything where there are few in all."""
    is_known = counted(table["agents"], minimum).notna()
    if is_known.all():
        return table
    whole = table[(table["part"] == ALL) & is_known]
    return whole.assign(**dict.fromkeys([*ESTIMATES, "without", "without_low", "without_high"], np.nan))
