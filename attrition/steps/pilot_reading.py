"""Readings of the effect of an intervention: from a preregistered pilot, or from agents who received it without one."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from attrition.data.atomic import atomic_folder
from attrition.model.panel import Panel
from attrition.pilot.lessons import Lesson, full_effect, posterior, read_history, write_history
from attrition.pilot.observational import compare_observed
from attrition.pilot.observational_page import observational_pages, summary_line
from attrition.pilot.preregistration import FOLDER, read_preregistered
from attrition.pilot.reading import PilotReading, read_pilot
from attrition.pilot.reading_page import ZH, reading_pages, verdict_line
from attrition.predict.intervention import Intervention
from attrition.runs import Runs
from attrition.steps.declarations import declared_playbook
from attrition.steps.pilot_files import prior_effect, triable, write_json, write_pages


def make_reading(workspace: Path, panel: Panel, name: str, *, known_at: date) -> list[Path]:
    """Read a preregistered pilot; at its declared end record its lesson for the playbook.

    Returns
    -------
    list of Path
        ``reading.json``, the pages, and ``pilots/learned.toml`` where there is a lesson.
    """
    design, agents = read_preregistered(workspace, name)
    interventions = Runs(workspace).read_interventions()
    reading = read_pilot(design, agents, panel.outcomes, interventions, known_at=pd.Timestamp(known_at))
    item = triable(declared_playbook(workspace, panel.features), design.offer.id)
    lesson = _lesson(workspace, reading, item)
    folder = workspace / FOLDER / name / f"read-{known_at:%Y-%m-%d}"
    with atomic_folder(folder) as part:
        write_json(part / "reading.json", _content(reading))
        reading.curves.to_csv(part / "survival.csv", index=False)
        write_pages(part, "reading", reading_pages(reading, lesson), workspace=workspace)
    history = [] if lesson is None else [write_history(workspace, read_history(workspace).with_lesson(lesson))]
    return [*_pages(folder), *history]


def make_observation(workspace: Path, panel: Panel, intervention: str, *, known_at: date) -> list[Path]:
    """Compare agents who received an intervention without a pilot with others like them; no lesson is recorded.

    The risks that are adjusted for are those of the backtest, whose models were fitted before what followed.
    """
    runs = Runs(workspace)
    item = triable(declared_playbook(workspace, panel.features), intervention)
    comparison = compare_observed(
        runs.read_interventions(),
        panel.outcomes,
        runs.read_backtest("scores"),
        kind=item.id,
        known_at=pd.Timestamp(known_at),
    )
    folder = workspace / FOLDER / f"observed-{item.id}-{known_at:%Y-%m-%d}"
    said = {"said": summary_line(comparison), "said_zh": summary_line(comparison, language="zh")}
    content = said | asdict(comparison)
    with atomic_folder(folder) as part:
        write_json(part / "reading.json", content | {"balance": comparison.balance.to_dict("records")})
        write_pages(part, "reading", observational_pages(comparison, en=item.en, zh=item.zh), workspace=workspace)
    return _pages(folder)


def _pages(folder: Path) -> list[Path]:
    return [folder / "reading.json", folder / "reading.en.md", folder / "reading.zh.md"]


def _lesson(workspace: Path, reading: PilotReading, item: Intervention) -> Lesson | None:
    """Combine the estimate of a finished pilot with what was known before; none before its end."""
    design = reading.design
    estimate = full_effect(reading.ratio, months=design.months, months_to_effect=item.months_to_effect)
    if not reading.is_over or estimate is None:
        return None
    earlier = read_history(workspace).before_pilot(design.name).lessons_about(item.id)
    before = posterior(prior_effect(item), [lesson.estimate for lesson in earlier])
    return Lesson(
        pilot=design.name,
        intervention=item.id,
        read_as_of=reading.read_as_of.date(),
        grade=design.kind,
        estimate=estimate,
        prior=before,
        posterior=posterior(before, [estimate]),
    )


def _content(reading: PilotReading) -> dict[str, Any]:
    """Return a reading as plain values."""
    design = reading.design
    return {
        "said": verdict_line(reading),
        "said_zh": verdict_line(reading, ZH),
        "verdict": reading.verdict.conclusion,
        "reason": reading.verdict.reason,
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
