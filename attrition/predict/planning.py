"""What a centre declares so that others can plan: its headcount, how classes go, and which losses it regrets."""

from __future__ import annotations

from pydantic import Field

from attrition.declared import Declaration


class Planning(Declaration):
    """[planning] in pipelines/monthly.toml: what hires, class dates and seats are worked out from."""

    target_headcount: dict[str, int] = Field(default_factory=dict)
    """By site = how many people there are to be at the end of each month; "centre" where sites are not declared."""
    training_weeks: int = Field(default=4, ge=0)
    """Weeks from the first day of a class until its people join."""
    training_loss_share: float = Field(default=0.15, ge=0, lt=1)
    """Share of a class that is lost before it joins."""
    class_size: int = Field(default=15, ge=1)
    """People who begin a class."""
    ramp_months: float | None = Field(default=None, ge=0)
    """Months until somebody new is at full strength; left out: as in models/playbook.toml."""
    retirement_reasons: tuple[str, ...] = ("retirement", "retired", "退休")
    """Values of `exits.reason` that are a retirement, which is no voluntary loss by ISO 30414."""
    regretted_from: float = Field(default=0.8, gt=0, le=1)
    """A resignation is a regretted loss where the last rating reached this share of the scale."""
