"""Lay down and read pilots: gather what is known of the agents, and write each product whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from attrition.data.atomic import atomic_folder
from attrition.errors import DataError, UserError, nearest
from attrition.features.declare import Feature
from attrition.labels.interventions_received import RECENT_MONTHS, received_between, without_declined
from attrition.pilot.design_page import design_pages
from attrition.pilot.draw import DesignRequest, draw_pilot
from attrition.pilot.lessons import EffectEstimate, Lesson, full_effect, posterior, read_history, write_history
from attrition.pilot.observational import compare_observed
from attrition.pilot.observational_page import observational_pages, summary_line
from attrition.pilot.preregistration import (
    FOLDER,
    Offer,
    read_assignment,
    read_designs,
    read_preregistered,
    write_design,
)
from attrition.pilot.reading import PilotReading, month_end_after, read_pilot
from attrition.pilot.reading_page import reading_pages, verdict_line
from attrition.predict.eligibility import ineligibility_reasons
from attrition.predict.playbook import DO_NOTHING, Intervention, Playbook, read_playbook
from attrition.runs import Runs
from attrition.steps.excluded import GIVEN_LATELY

Month = tuple[pd.DataFrame, pd.DataFrame]
"""The panel's rows and the outcomes of one month, in the same order."""
IN_ANOTHER = "is in another pilot that still runs"


def make_design(
    workspace: Path,
    asked: DesignRequest,
    intervention: str,
    *,
    month: Month,
    features: Sequence[Feature],
    site: Mapping[str, Any],
) -> list[Path]:
    """Draw a pilot among the agents of a scored month and lay it down, sealed.

    Raises
    ------
    UserError
        There is a pilot of that name, the intervention is none that can be tried, or too few agents are in reach.
    NotMadeYet
        The month was not scored.
    """
    folder = workspace / FOLDER / asked.name
    if folder.exists():
        raise UserError(f"{FOLDER}/{asked.name} is there already; lots are drawn once, a new pilot wants a new --name")
    book = _book(workspace, features).updated_by(read_history(workspace)).priced_in(site)
    item = _tried(book, intervention)
    scores = Runs(workspace).read_of_month(asked.as_of, "scores")
    candidates = _candidates(workspace, item, month, scores)
    eligibility = tuple(f"{rule.feature} {rule.op} {rule.value}" for rule in item.eligible)
    eligibility = (*eligibility, f"not given {item.id} within {RECENT_MONTHS} months")
    planned = draw_pilot(candidates, scores, offer=_offer(item), asked=asked, eligibility=eligibility)
    pages = design_pages(planned.design, end=f"{_end(asked):%Y-%m}")
    with atomic_folder(folder) as part:
        write_design(part, planned.design, assignment=planned.assignment, baseline=planned.baseline)
        _write_pages(part, "pilot", pages)
    return [folder]


def make_reading(
    workspace: Path, name: str, outcomes: pd.DataFrame, *, features: Sequence[Feature], known_at: date
) -> list[Path]:
    """Read a sealed pilot; at its declared end keep what it taught for the playbook.

    Returns
    -------
    list of Path
        ``reading.json``, the pages, and ``pilots/learned.toml`` where something was learned.
    """
    design, agents = read_preregistered(workspace, name)
    given = Runs(workspace).read_given()
    reading = read_pilot(design, agents, outcomes, given, known_at=pd.Timestamp(known_at))
    book = _book(workspace, features)
    lesson = _lesson(workspace, reading, _tried(book, design.offer.id))
    folder = workspace / FOLDER / name / f"read-{known_at:%Y-%m-%d}"
    with atomic_folder(folder) as part:
        _write_json(part / "reading.json", _content(reading))
        reading.curves.to_csv(part / "survival.csv", index=False)
        _write_pages(part, "reading", reading_pages(reading, lesson))
    kept = [] if lesson is None else [write_history(workspace, read_history(workspace).with_lesson(lesson))]
    return [folder / "reading.json", folder / "reading.en.md", folder / "reading.zh.md", *kept]


def make_observation(
    workspace: Path, intervention: str, outcomes: pd.DataFrame, *, features: Sequence[Feature], known_at: date
) -> list[Path]:
    """Compare those who were given an intervention without a lot with others like them; the playbook stays as it is.

    The risks that are adjusted for are those of the backtest, told by models that did not know what followed.
    """
    runs = Runs(workspace)
    item = _tried(_book(workspace, features), intervention)
    scores = runs.read_backtest("scores")
    found = compare_observed(runs.read_given(), outcomes, scores, kind=item.id, known_at=pd.Timestamp(known_at))
    folder = workspace / FOLDER / f"observed-{item.id}-{known_at:%Y-%m-%d}"
    with atomic_folder(folder) as part:
        content = {"said": summary_line(found), **asdict(found), "balance": found.balance.to_dict("records")}
        _write_json(part / "reading.json", content)
        _write_pages(part, "reading", observational_pages(found, en=item.en, zh=item.zh))
    return [folder / "reading.json", folder / "reading.en.md", folder / "reading.zh.md"]


def known_at(as_of: date | None, about: Mapping[str, Any]) -> date:
    """Give the month-end to look back from: the end of the data unless an earlier one was asked for."""
    ends = date.fromisoformat(about["data_ends"])
    if as_of is not None and as_of > ends:
        raise DataError(f"nothing is known as of {as_of:%Y-%m}; the data end with {ends:%Y-%m}")
    return as_of or ends


def _book(workspace: Path, features: Sequence[Feature]) -> Playbook:
    return read_playbook(workspace / "models" / "playbook.toml", features=features)


def _tried(book: Playbook, name: str) -> Intervention:
    """Find an intervention that can be tried."""
    known = [item.id for item in book.interventions if item.id != DO_NOTHING]
    if name not in known:
        raise UserError(
            f"{name} is no intervention of models/playbook.toml that can be tried{nearest(name, known)}; there are: "
            + ", ".join(known)
        )
    return book[name]


def _candidates(workspace: Path, item: Intervention, month: Month, scores: pd.DataFrame) -> pd.DataFrame:
    """List every agent of a month with band, rank, groups, and why the intervention is not for him."""
    rows, groups = month
    table = groups[["agent_id", "as_of", "site", "tenure_band"]].assign(
        refusal=ineligibility_reasons(rows, item)["en"].to_numpy()
    )
    as_of = table["as_of"].iloc[0]
    since = as_of - pd.offsets.MonthEnd(RECENT_MONTHS)
    given = Runs(workspace).read_given()
    lately = without_declined(received_between(given[given["kind"] == item.id], since, as_of))["agent_id"]
    for agents, reason in ((lately, GIVEN_LATELY[0]), (_in_pilots(workspace, as_of), IN_ANOTHER)):
        table.loc[(table["refusal"] == "") & table["agent_id"].isin(agents), "refusal"] = reason
    told = scores[["agent_id", "band", "rank"]].drop_duplicates("agent_id")
    return table.merge(told, on="agent_id", how="left", validate="one_to_one")


def _in_pilots(workspace: Path, as_of: pd.Timestamp) -> set[str]:
    """Name the agents of pilots that run beyond a month-end."""
    running = [old for old in read_designs(workspace) if month_end_after(pd.Timestamp(old.as_of), old.months) > as_of]
    return {agent for design in running for agent in read_assignment(workspace, design.name)["agent_id"]}


def _offer(item: Intervention) -> Offer:
    told = item.evidence
    return Offer(
        id=item.id,
        en=item.en,
        zh=item.zh,
        limits=item.limits,
        limits_zh=item.limits_zh,
        capacity_per_month=item.capacity_per_month,
        months_to_effect=item.months_to_effect,
        prior=_prior(item),
        grade=told.grade,
        source=told.source,
    )


def _prior(item: Intervention) -> EffectEstimate:
    told = item.evidence
    return EffectEstimate(hazard_ratio=told.hazard_ratio, low=told.low, high=told.high)


def _lesson(workspace: Path, reading: PilotReading, item: Intervention) -> Lesson | None:
    """Weigh what a finished pilot found with what was thought before; nothing before its end."""
    design = reading.design
    found = full_effect(reading.ratio, months=design.months, months_to_effect=item.months_to_effect)
    if not reading.is_over or found is None:
        return None
    earlier = read_history(workspace).before(design.name).of(item.id)
    before = posterior(_prior(item), [lesson.estimate for lesson in earlier])
    return Lesson(
        pilot=design.name,
        intervention=item.id,
        read_as_of=reading.read_as_of.date(),
        grade=design.kind,
        estimate=found,
        prior=before,
        posterior=posterior(before, [found]),
    )


def _content(reading: PilotReading) -> dict[str, Any]:
    """Lay a reading out as plain values."""
    design = reading.design
    return {
        "said": verdict_line(reading),
        "verdict": reading.ruling.verdict,
        "reason": reading.ruling.reason,
        "pilot": design.name,
        "intervention": design.offer.id,
        "grade": design.kind,
        "read_as_of": f"{reading.read_as_of:%Y-%m-%d}",
        "months_seen": reading.months,
        "months": design.months,
        "absent": reading.absent,
        "hazard_ratio": asdict(reading.ratio),
        "risk_difference": asdict(reading.difference),
        "adjusted_difference": asdict(reading.adjusted),
        "delivery": asdict(reading.delivery) | {"contamination": reading.delivery.contamination},
        "arms": reading.arms.to_dict("records"),
        "seal": design.seal,
    }


def _end(asked: DesignRequest) -> pd.Timestamp:
    return month_end_after(pd.Timestamp(asked.as_of), asked.months)


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")


def _write_pages(folder: Path, name: str, pages: Mapping[str, str]) -> None:
    for language, text in pages.items():
        (folder / f"{name}.{language}.md").write_text(text, encoding="utf-8")
