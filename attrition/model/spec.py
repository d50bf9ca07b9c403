"""The specification of a model and its promotion criteria, as declared in models/resignation.toml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import Field, field_validator, model_validator

from attrition.declared import Declaration


class Trees(Declaration):
    """The boosters: shallow trees, a low learning rate, strong regularisation."""

    members: int = Field(default=6, ge=1, le=25)
    learn_from: tuple[int, ...] = Field(default=(1, 2, 3, 6), min_length=1)
    baseline_rounds: int = Field(default=10, ge=0, le=1000)
    rounds: int = Field(default=200, ge=1, le=5000)
    depth: int = Field(default=3, ge=1, le=8)
    learning_rate: float = Field(default=0.06, gt=0, le=1)
    min_rows_in_leaf: int = Field(default=100, ge=50)
    agent_share: float = Field(default=0.7, gt=0, lt=1)
    row_share: float = Field(default=0.8, gt=0, le=1)
    feature_share: float = Field(default=0.2, gt=0, le=1)
    l2: float = Field(default=20.0, ge=0)
    bins: int = Field(default=63, ge=3, le=255)
    seed: int = 20

    @field_validator("learn_from")
    @classmethod
    def _windows_grow(cls, windows: tuple[int, ...]) -> tuple[int, ...]:
        if list(windows) != sorted(set(windows)) or windows[0] < 1:
            raise ValueError("learn_from must be different whole months, growing")
        return windows


class Involuntary(Declaration):
    """The smaller model of the other exits, without monotone constraints."""

    members: int = Field(default=1, ge=1, le=25)
    rounds: int = Field(default=80, ge=1, le=5000)
    depth: int = Field(default=3, ge=1, le=8)
    learning_rate: float = Field(default=0.08, gt=0, le=1)


class CalibrationRules(Declaration):
    """Calibration on later months; on half as many where history is short."""

    months: int = Field(default=12, ge=1)
    refit: bool = True
    minimum_training_months: int = Field(default=6, ge=1)
    minimum_events: int = Field(default=50, ge=10)
    interval: float = Field(default=0.90, gt=0.5, lt=1)


class HoldoutRules(Declaration):
    """The holdout evaluation of every retrain."""

    renamed: ClassVar[Mapping[str, str]] = {"canary_errors": "null_check_errors"}

    months: int = Field(default=6, ge=1)
    draws: int = Field(default=200, ge=20)
    members: int = Field(default=3, ge=1, le=25)
    null_check_errors: float = Field(default=3.0, gt=0)


class PromotionCriteria(Declaration):
    """What a model must reach on later months before it becomes champion."""

    observed_over_expected: tuple[float, float] = (0.80, 1.25)
    calibration_slope: tuple[float, float] = (0.80, 1.20)
    calibration_error: float = Field(default=0.015, gt=0)
    margin_to_champion: float = Field(default=0.005, ge=0)
    auc_over_tenure_only: float = Field(default=0.0, ge=0)
    minimum_events: int = Field(default=50, ge=1)
    group_observed_over_expected: tuple[float, float] = (0.80, 1.25)
    overlap_of_lists: float = Field(default=0.80, ge=0, le=1)
    rank_correlation: float = Field(default=0.90, ge=0, le=1)
    compared_for_months: int = Field(default=6, ge=0)


class LeakageRules(Declaration):
    """Limits above which a figure is too good to be true; a waiver names the feature and gives the reason."""

    single_feature_auc: float = Field(default=0.85, gt=0.5, le=1)
    gain_share: float = Field(default=0.60, gt=0, le=1)
    model_auc: float = Field(default=0.85, gt=0.5, le=1)
    waivers: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _reasons_are_given(self) -> Self:
        unexplained = sorted(name for name, reason in self.waivers.items() if len(reason.split()) < 3)
        if unexplained:
            raise ValueError(
                f"a waiver needs a reason of at least three words; there is none for {', '.join(unexplained)}"
            )
        return self


class Bands(Declaration):
    """Bands of risk: each starts at the risk that this top share of agents exceeded in the reference months."""

    very_high: float = Field(default=0.05, gt=0, lt=1)
    high: float = Field(default=0.15, gt=0, lt=1)
    medium: float = Field(default=0.40, gt=0, lt=1)

    @model_validator(mode="after")
    def _shares_grow(self) -> Self:
        if not self.very_high < self.high < self.medium:
            raise ValueError("shares must grow: very_high < high < medium")
        return self


class Abstain(Declaration):
    """When an agent gets no risk."""

    missing_share: float = Field(default=0.30, gt=0, le=1)


class Spec(Declaration):
    """The specification of one model.

    Examples
    --------
    >>> Spec(name="resignation").headline
    3
    """

    renamed: ClassVar[Mapping[str, str]] = {"bar": "promotion", "examination": "holdout"}
    name: str
    horizons: tuple[int, ...] = (1, 3, 6, 12)
    headline: int = 3
    capacity_share: float = Field(default=0.10, gt=0, lt=1)
    talks: int = Field(default=40, ge=1)
    trees: Trees = Trees()
    involuntary: Involuntary = Involuntary()
    calibration: CalibrationRules = CalibrationRules()
    holdout: HoldoutRules = HoldoutRules()
    promotion: PromotionCriteria = PromotionCriteria()
    leakage: LeakageRules = LeakageRules()
    bands: Bands = Bands()
    abstain: Abstain = Abstain()

    @model_validator(mode="after")
    def _horizons_hold_the_headline(self) -> Self:
        if list(self.horizons) != sorted(set(self.horizons)) or min(self.horizons, default=0) < 1:
            raise ValueError("horizons must be different whole months, growing")
        if self.headline not in self.horizons:
            raise ValueError(f"headline {self.headline} is not among the horizons")
        return self


class BacktestJob(Declaration):
    """The backtest: models fitted at `origins` past months, `step_months` apart.

    Each scores the `step_months` months after its origin. `first_after_months` of history come
    before the first origin. `members` is the number of boosters in each of these models.
    """

    first_after_months: int = Field(default=18, ge=3)
    origins: int = Field(default=4, ge=1)
    step_months: int = Field(default=3, ge=1)
    members: int = Field(default=2, ge=1, le=25)
    draws: int = Field(default=200, ge=20)
