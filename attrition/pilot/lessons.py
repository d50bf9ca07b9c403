"""The lessons of pilots: the effects that they estimated at this site, combined with the effect in the playbook.

The playbook (``models/playbook.toml``) declares a hazard ratio for each intervention, the prior. The posterior is the
mean of prior and estimates on the log scale, weighted by precision.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from attrition.data.atomic import atomic_file
from attrition.data.swap import readable
from attrition.declared import Declaration, read
from attrition.message import Message

if TYPE_CHECKING:
    from attrition.pilot.cox import HazardRatio

HALF_WIDTH = 1.6448536269514722
"""Half the width of a 90 % interval, in standard errors: the normal distribution's quantile at .95."""

RANDOMISED = "randomised"
RANDOMISED_ELSEWHERE = "randomised elsewhere, not sealed here"
GRADES_THAT_COUNT = (RANDOMISED, RANDOMISED_ELSEWHERE)
"""The grades of lessons that change an effect; what was not randomised informs people and changes none."""
FILE = Path("pilots") / "learned.toml"
HEADER = """# Effects of interventions as pilots estimated them here. Written by `attrition pilot read`.
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
            raise ValueError(Message("low <= hazard_ratio <= high does not hold"))
        return self

    @property
    def error(self) -> float:
        """Standard error of the logarithm."""
        import numpy as np

        return float(np.log(self.high / self.low) / (2.0 * HALF_WIDTH))


class Lesson(Declaration):
    """The estimate of one pilot, with the effect as it was known before the pilot (prior) and after it (posterior)."""

    pilot: str
    intervention: str
    read_as_of: date
    grade: str
    estimate: EffectEstimate
    prior: EffectEstimate
    posterior: EffectEstimate


class PilotHistory(Declaration):
    """The content of ``pilots/learned.toml``: the lessons of all pilots, in the order in which they were first read."""

    lessons: tuple[Lesson, ...] = ()

    @model_validator(mode="after")
    def _is_unique(self) -> Self:
        names = [lesson.pilot for lesson in self.lessons]
        if len(set(names)) < len(names):
            raise ValueError(Message("a pilot is listed twice; each has one lesson"))
        return self

    def lessons_about(self, intervention: str) -> tuple[Lesson, ...]:
        """Return the lessons about one intervention that count: those of arms assigned at random.

        Examples
        --------
        >>> effect = EffectEstimate(hazard_ratio=0.8, low=0.7, high=0.9)
        >>> numbers = {"read_as_of": date(2026, 10, 31), "estimate": effect, "prior": effect, "posterior": effect}
        >>> lessons = [Lesson(pilot=grade[:5], intervention="buddy", grade=grade, **numbers)
        ...            for grade in ("randomised", "not randomised")]
        >>> [lesson.grade for lesson in PilotHistory(lessons=lessons).lessons_about("buddy")]
        ['randomised']
        """
        about = (lesson for lesson in self.lessons if lesson.intervention == intervention)
        return tuple(lesson for lesson in about if lesson.grade in GRADES_THAT_COUNT)

    def before_pilot(self, pilot: str) -> PilotHistory:
        """Return the history of the lessons listed before that of a pilot; the whole history if it has none."""
        names = [lesson.pilot for lesson in self.lessons]
        return PilotHistory(lessons=self.lessons[: names.index(pilot)]) if pilot in names else self

    def with_lesson(self, lesson: Lesson) -> PilotHistory:
        """Return the history with a lesson added; it replaces an earlier lesson of the same pilot."""
        names = [old.pilot for old in self.lessons]
        if lesson.pilot not in names:
            return PilotHistory(lessons=(*self.lessons, lesson))
        return PilotHistory(lessons=tuple(lesson if old.pilot == lesson.pilot else old for old in self.lessons))


def from_log_ratio(log_ratio: float, error: float) -> EffectEstimate:
    """Return the hazard ratio with its 90 % interval for a log hazard ratio and its standard error."""
    import numpy as np

    low, middle, high = np.exp(log_ratio + HALF_WIDTH * error * np.array([-1.0, 0.0, 1.0]))
    return EffectEstimate(hazard_ratio=float(middle), low=float(low), high=float(high))


def full_effect(ratio: HazardRatio, *, months: float, months_to_effect: float) -> EffectEstimate | None:
    """Return the hazard ratio of the months in which the intervention can work, from that of all months of a pilot.

    It is None where one arm had no resignation, or where the pilot ended before the intervention could work.

    Examples
    --------
    >>> from attrition.pilot.cox import HazardRatio
    >>> ratio = HazardRatio(0.8, 0.6, 1.1, 0.15, 40, 50)
    >>> round(full_effect(ratio, months=6, months_to_effect=3).hazard_ratio, 2)
    0.64
    """
    import numpy as np

    share = max(0.0, months - months_to_effect) / months
    if not ratio.is_estimable or not share:
        return None
    return from_log_ratio(float(np.log(ratio.value)) / share, ratio.error / share)


def posterior(prior: EffectEstimate, estimates: Iterable[EffectEstimate]) -> EffectEstimate:
    """Return the mean of the prior and the estimates of pilots on the log scale, weighted by precision.

    A prior whose interval has no width counts as certain and is returned unchanged.

    Examples
    --------
    >>> import numpy as np
    >>> combined = posterior(from_log_ratio(-0.1, 0.1), [from_log_ratio(-0.3, 0.1)])
    >>> round(float(np.log(combined.hazard_ratio)), 3), round(combined.error, 3)
    (-0.2, 0.071)
    """
    import numpy as np

    parts = [prior, *estimates]
    if prior.error == 0.0 or len(parts) == 1:
        return prior
    weights = np.array([part.error**-2.0 for part in parts])
    values = np.log([part.hazard_ratio for part in parts])
    return from_log_ratio(float((weights * values).sum() / weights.sum()), float(weights.sum() ** -0.5))


def read_history(workspace: Path) -> PilotHistory:
    """Return the lessons of a workspace's pilots; a history without lessons where the file is missing.

    Raises
    ------
    DeclarationError
        The file is malformed.
    """
    path = readable(workspace / FILE)
    return read(path, PilotHistory) if path.exists() else PilotHistory()


def write_history(workspace: Path, history: PilotHistory) -> Path:
    """Write ``pilots/learned.toml``, all of it or nothing, and return its path."""
    with atomic_file(workspace / FILE) as path:
        path.write_text("\n".join([HEADER, *(_table(lesson) for lesson in history.lessons)]), encoding="utf-8")
    return workspace / FILE


def _table(lesson: Lesson) -> str:
    """Return one lesson as TOML."""
    lines = ["[[lessons]]"]
    lines += [f'{name} = "{getattr(lesson, name)}"' for name in ("pilot", "intervention", "grade")]
    lines.insert(3, f"read_as_of = {lesson.read_as_of:%Y-%m-%d}")
    for name in ("estimate", "prior", "posterior"):
        effect: EffectEstimate = getattr(lesson, name)
        values = f"hazard_ratio = {effect.hazard_ratio!r}, low = {effect.low!r}, high = {effect.high!r}"
        lines.append(f"{name} = {{ {values} }}")
    return "\n".join(lines) + "\n"
