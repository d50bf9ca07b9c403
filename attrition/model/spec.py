"""The specification of a model and its promotion criteria, as declared in models/resignation.toml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import Field, field_validator, model_validator

from attrition.declared import Declaration


class Trees(Declaration):
    """The boosters: shallow trees, a low learning rate, strong regularisation."""

    members: int = Field(default=6, ge=1, le=25)
    """Boosters averaged, each with a seed and a sample of agents of its own: more make the list more stable."""
    learn_from: tuple[int, ...] = Field(default=(1, 2, 3, 6), min_length=1)
    """Windows, in months, whose labels the trees are trained on together; only the base rate differs between them."""
    baseline_rounds: int = Field(default=10, ge=0, le=1000)
    """Rounds that use the time since hire alone, before all other features; none with two years or less."""
    rounds: int = Field(default=200, ge=1, le=5000)
    """Rounds of boosting."""
    depth: int = Field(default=3, ge=1, le=8)
    """Depth of a tree."""
    learning_rate: float = Field(default=0.06, gt=0, le=1)
    """Weight of each tree."""
    min_rows_in_leaf: int = Field(default=100, ge=50)
    """Agent-months in the smallest leaf: a leaf must not be one person."""
    agent_share: float = Field(default=0.7, gt=0, lt=1)
    """Share of agents that each member is trained on."""
    row_share: float = Field(default=0.8, gt=0, le=1)
    """Share of rows that each tree is trained on."""
    feature_share: float = Field(default=0.2, gt=0, le=1)
    """Share of features that each tree may use."""
    l2: float = Field(default=20.0, ge=0)
    """L2 penalty on leaf values."""
    bins: int = Field(default=63, ge=3, le=255)
    """Bins of a feature's values."""
    seed: int = 20
    """The seed of everything random in a fit."""

    @field_validator("learn_from")
    @classmethod
    def _windows_grow(cls, windows: tuple[int, ...]) -> tuple[int, ...]:
        if list(windows) != sorted(set(windows)) or windows[0] < 1:
            raise ValueError("learn_from must be different whole months, growing")
        return windows


class Involuntary(Declaration):
    """The smaller model of the other exits, without monotone constraints."""

    members: int = Field(default=1, ge=1, le=25)
    """Boosters averaged."""
    rounds: int = Field(default=80, ge=1, le=5000)
    """Rounds of boosting."""
    depth: int = Field(default=3, ge=1, le=8)
    """Depth of a tree."""
    learning_rate: float = Field(default=0.08, gt=0, le=1)
    """Weight of each tree."""


class CalibrationRules(Declaration):
    """Calibration on later months; on half as many where history is short."""

    months: int = Field(default=12, ge=1)
    """Last mature months that the calibrators are fitted on; half of them where history is short."""
    refit: bool = True
    """Fit the trees again on all mature months after calibrating."""
    minimum_training_months: int = Field(default=6, ge=1)
    """A horizon with fewer mature months is left out."""
    minimum_events: int = Field(default=50, ge=10)
    """A horizon with fewer resignations is left out."""
    interval: float = Field(default=0.90, gt=0.5, lt=1)
    """Coverage of the interval of a risk."""


class HoldoutRules(Declaration):
    """The holdout evaluation of every retrain."""

    renamed: ClassVar[Mapping[str, str]] = {"canary_errors": "null_check_errors"}

    months: int = Field(default=6, ge=1)
    """Last mature months of the evaluation, which the evaluated model was not trained on."""
    draws: int = Field(default=200, ge=20)
    """Draws of agents behind the intervals of the figures."""
    members: int = Field(default=3, ge=1, le=25)
    """Boosters averaged in the evaluated model."""
    null_check_errors: float = Field(default=3.0, gt=0)
    """Standard errors that a null check's AUC may lie from .5."""


class PromotionCriteria(Declaration):
    """What a model must reach on later months before it becomes champion."""

    observed_over_expected: tuple[float, float] = (0.80, 1.25)
    """Limits of resignations observed over expected."""
    calibration_slope: tuple[float, float] = (0.80, 1.20)
    """Limits of the calibration slope."""
    calibration_error: float = Field(default=0.015, gt=0)
    """Largest calibration error."""
    margin_to_champion: float = Field(default=0.005, ge=0)
    """How much worse than the champion's AUC on the same months is still accepted."""
    auc_over_tenure_only: float = Field(default=0.0, ge=0)
    """How much the AUC must exceed that of tenure alone."""
    minimum_events: int = Field(default=50, ge=1)
    """Fewest resignations to evaluate on."""
    group_observed_over_expected: tuple[float, float] = (0.80, 1.25)
    """Limits of observed over expected in each site, role and tenure band."""
    overlap_of_lists: float = Field(default=0.80, ge=0, le=1)
    """Share of the champion's top tenth that must stay on the list."""
    rank_correlation: float = Field(default=0.90, ge=0, le=1)
    """Rank correlation with the champion's risks."""
    compared_for_months: int = Field(default=6, ge=0)
    """Oldest champion, in months, whose list must be kept."""


class LeakageRules(Declaration):
    """Limits above which a figure is too good to be true; a waiver names the feature and gives the reason."""

    single_feature_auc: float = Field(default=0.85, gt=0.5, le=1)
    """Largest AUC of a single feature."""
    gain_share: float = Field(default=0.60, gt=0, le=1)
    """Largest share of the gain of a single feature."""
    model_auc: float = Field(default=0.85, gt=0.5, le=1)
    """Largest AUC of the model on later months."""
    waivers: dict[str, str] = Field(default_factory=dict)
    """Feature = why it is right, in words; `model` waives the limit of the model."""

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
    """Top share of agents in the reference months from whose risk the band begins."""
    high: float = Field(default=0.15, gt=0, lt=1)
    """The same for this band."""
    medium: float = Field(default=0.40, gt=0, lt=1)
    """The same for this band; below it is low."""

    @model_validator(mode="after")
    def _shares_grow(self) -> Self:
        if not self.very_high < self.high < self.medium:
            raise ValueError("shares must grow: very_high < high < medium")
        return self


class Abstain(Declaration):
    """When an agent gets no risk."""

    missing_share: float = Field(default=0.30, gt=0, le=1)
    """No risk is ranked for an agent with so large a share of the features missing."""


class Spec(Declaration):
    """The specification of one model.

    Examples
    --------
    >>> Spec(name="resignation").headline
    3
    """

    renamed: ClassVar[Mapping[str, str]] = {"bar": "promotion", "examination": "holdout"}
    name: str
    """The name of the registered model, and of the file."""
    horizons: tuple[int, ...] = (1, 3, 6, 12)
    """Months ahead."""
    headline: int = 3
    """The horizon that is explained exactly and that promotion criteria apply to."""
    capacity_share: float = Field(default=0.10, gt=0, lt=1)
    """Share of agents a centre can look after each month: lift and recall are measured there."""
    talks: int = Field(default=40, ge=1)
    """Stay interviews a month: lift and recall are measured there too."""
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
    """pipelines/backtest.toml: at which past months models are fitted, and which months each scores."""

    first_after_months: int = Field(default=18, ge=3)
    """Months of history before the first model."""
    origins: int = Field(default=4, ge=1)
    """Models fitted at past month-ends."""
    step_months: int = Field(default=3, ge=1)
    """Months between two of them; each scores this many months."""
    members: int = Field(default=2, ge=1, le=25)
    """Boosters averaged for the headline; more is steadier and slower."""
    draws: int = Field(default=200, ge=20)
    """Draws behind the intervals of the figures."""
