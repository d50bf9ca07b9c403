"""What pilots taught about an effect at this site: the playbook's prior and each pilot's estimate, by precision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from pydantic import Field, model_validator
from scipy.special import ndtri

from attrition.data.atomic import atomic_file
from attrition.declared import Declaration, read

if TYPE_CHECKING:
    from attrition.pilot.cox import HazardRatio

WIDTH = float(ndtri(0.95))
"""Standard errors from the middle to an end of a 90 % interval, the playbook's kind."""

FILE = Path("pilots") / "learned.toml"
HEAD = """# What pilots taught about the effects of interventions here. Written by `attrition pilot read`.
# Each estimate is a hazard ratio with a 90 % interval, for the months in which the intervention can work.
# 试点学到的本地效果：由 `attrition pilot read` 写入，只增不删。各估计为风险比及 90% 区间，针对措施起效后的月份。
"""


class EffectEstimate(Declaration):
    """A hazard ratio with a 90 % interval, normal on the scale of its logarithm."""

    hazard_ratio: float = Field(gt=0)
    low: float = Field(gt=0)
    high: float = Field(gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.hazard_ratio <= self.high:
            raise ValueError("low <= hazard_ratio <= high does not hold")
        return self

    @property
    def error(self) -> float:
        """Standard error of the logarithm."""
        return float(np.log(self.high / self.low) / (2.0 * WIDTH))


class Lesson(Declaration):
    """What one pilot taught, and what was thought before and after."""

    pilot: str
    intervention: str
    read_as_of: date
    grade: str
    estimate: EffectEstimate
    prior: EffectEstimate
    posterior: EffectEstimate


class PilotHistory(Declaration):
    """``pilots/learned.toml``: the history of all pilots, oldest first."""

    lessons: tuple[Lesson, ...] = ()

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        names = [lesson.pilot for lesson in self.lessons]
        if len(set(names)) < len(names):
            raise ValueError("a pilot stands here twice; each teaches once")
        return self

    def of(self, intervention: str) -> tuple[Lesson, ...]:
        """Give the lessons about one intervention."""
        return tuple(lesson for lesson in self.lessons if lesson.intervention == intervention)

    def before(self, pilot: str) -> PilotHistory:
        """Give what was known when a pilot taught: the lessons that stand before its own."""
        names = [lesson.pilot for lesson in self.lessons]
        return PilotHistory(lessons=self.lessons[: names.index(pilot)]) if pilot in names else self

    def with_lesson(self, lesson: Lesson) -> PilotHistory:
        """Add a lesson; that of a pilot which is read again takes the place of its earlier one."""
        names = [old.pilot for old in self.lessons]
        if lesson.pilot not in names:
            return PilotHistory(lessons=(*self.lessons, lesson))
        return PilotHistory(lessons=tuple(lesson if old.pilot == lesson.pilot else old for old in self.lessons))


def from_log_ratio(log_ratio: float, error: float) -> EffectEstimate:
    """Make an effect from a log hazard ratio and its standard error."""
    low, middle, high = np.exp(log_ratio + WIDTH * error * np.array([-1.0, 0.0, 1.0]))
    return EffectEstimate(hazard_ratio=float(middle), low=float(low), high=float(high))


def full_effect(found: HazardRatio, *, months: float, months_to_effect: float) -> EffectEstimate | None:
    """Turn a pilot's hazard ratio into that of the months in which the intervention can work.

    Nothing where one arm had no resignation, or where the pilot ended before the intervention could work.

    Examples
    --------
    >>> from attrition.pilot.cox import HazardRatio
    >>> found = HazardRatio(0.8, 0.6, 1.1, 0.15, 40, 50)
    >>> round(full_effect(found, months=6, months_to_effect=3).hazard_ratio, 2)
    0.64
    """
    share = max(0.0, months - months_to_effect) / months
    if not found.is_estimable or not share:
        return None
    return from_log_ratio(float(np.log(found.value)) / share, found.error / share)


def posterior(prior: EffectEstimate, estimates: Iterable[EffectEstimate]) -> EffectEstimate:
    """Weigh what was thought before and what pilots found, each by its precision.

    A prior without any width is certain, and stays.

    Examples
    --------
    >>> told = posterior(from_log_ratio(-0.1, 0.1), [from_log_ratio(-0.3, 0.1)])
    >>> round(float(np.log(told.hazard_ratio)), 3), round(told.error, 3)
    (-0.2, 0.071)
    """
    parts = [prior, *estimates]
    if prior.error == 0.0 or len(parts) == 1:
        return prior
    weights = np.array([part.error**-2.0 for part in parts])
    values = np.log([part.hazard_ratio for part in parts])
    return from_log_ratio(float((weights * values).sum() / weights.sum()), float(weights.sum() ** -0.5))


def read_history(workspace: Path) -> PilotHistory:
    """Read what pilots of a workspace taught; nothing where there were none.

    Raises
    ------
    DeclarationError
        The file was edited into something impossible.
    """
    path = workspace / FILE
    return read(path, PilotHistory) if path.exists() else PilotHistory()


def write_history(workspace: Path, lessons: PilotHistory) -> Path:
    """Write what pilots taught, whole or not at all."""
    with atomic_file(workspace / FILE) as path:
        path.write_text("\n".join([HEAD, *(_table(lesson) for lesson in lessons.lessons)]), encoding="utf-8")
    return workspace / FILE


def _table(lesson: Lesson) -> str:
    lines = ["[[lessons]]"]
    lines += [f'{name} = "{getattr(lesson, name)}"' for name in ("pilot", "intervention", "grade")]
    lines.insert(3, f"read_as_of = {lesson.read_as_of:%Y-%m-%d}")
    for name in ("estimate", "prior", "posterior"):
        told: EffectEstimate = getattr(lesson, name)
        lines.append(f"{name} = {{ hazard_ratio = {told.hazard_ratio!r}, low = {told.low!r}, high = {told.high!r} }}")
    return "\n".join(lines) + "\n"
