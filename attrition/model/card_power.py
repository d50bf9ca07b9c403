"""What a site of this size can and cannot see of a wrong level, as a sentence of the checks and a part of the card."""

from __future__ import annotations

from attrition.data.phrase import Phrase
from attrition.message import Message
from attrition.model.calibration_criteria import LEVEL_OFF, CalibrationResult
from attrition.model.check import ERROR, LEVEL, SLOPE
from attrition.model.markdown import in_a_row


def power_sentences(result: CalibrationResult) -> tuple[str, str]:
    """Return in English and Chinese how often a level a fifth off would be noticed with so many people."""
    (too_high, too_low), off = result.power, f"{LEVEL_OFF - 1:.0%}"
    return (
        f"with {result.agents:,} agents and {result.people} resignations in the test months, a level {off} too high "
        f"would be noticed in {100 * too_high:.0f} of 100 cases, and one {off} too low in {100 * too_low:.0f}",
        f"检验期内{result.agents:,}名座席、{result.people}人离职：风险水平偏高{off}时，"
        f"100次中能发现{100 * too_high:.0f}次；偏低{off}时，能发现{100 * too_low:.0f}次",
    )


def power_lines(result: CalibrationResult) -> list[str]:
    """Return what chance may do to a perfect model here, and what the checks of the level can therefore see.

    Parameters
    ----------
    result : CalibrationResult
        Of the version's test months.
    """
    english, chinese = power_sentences(result)
    sees = Phrase(f"{english[0].upper()}{english[1:]}.", f"{chinese}。")
    low, high = result.limits.by_chance(LEVEL)
    slope_low, slope_high = result.limits.by_chance(SLOPE)
    slope = Message(", a slope of {low:.2f} to {high:.2f}", low=slope_low, high=slope_high)
    by_chance = Message(
        "A perfect model may show an observed over expected of {low:.2f} to {high:.2f} here{slope} and an error of up "
        "to {error:.4f} (each by itself in 95 % of cases): what lies within that tells nothing against a model, and "
        "nothing for it.",
        low=low,
        high=high,
        slope="" if result.has_one_risk else slope,
        error=result.limits.by_chance(ERROR)[1],
    )
    return ["### " + Message("What a site of this size can see"), "", in_a_row(sees, by_chance)]
