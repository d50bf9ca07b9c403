"""The declared specification of a model (models/resignation.toml), and the job of the backtest.

The headline is the horizon, 3 months by default, that drivers explain and the promotion criteria are about.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from attrition.declared import Declaration
from attrition.message import Message, joined

Rung = Literal["boosted", "few_columns", "logistic", "tenure", "base_rate"]
"""The forms of a model from the richest to the plainest, see `attrition.model.rungs`."""
RUNGS: tuple[Rung, ...] = get_args(Rung)


class Trees(Declaration):
    """[trees]: the boosted trees; the defaults are shallow trees, a low learning rate and strong regularisation."""

    members: int = Field(default=6, ge=1, le=25)
    """Number of boosters that are averaged; each has its own seed and sample of agents.

    More make the list more stable.
    """
    learn_from: tuple[int, ...] = Field(default=(1, 2, 3, 6), min_length=1)
    """Windows in months: the trees are trained on the labels of all of them together. Each has its own base rate."""
    baseline_rounds: int = Field(default=10, ge=0, le=1000)
    """First rounds, which use the time since hire alone; left out with two years of history or less."""
    rounds: int = Field(default=200, ge=1, le=5000)
    """Rounds of boosting on all features."""
    depth: int = Field(default=3, ge=1, le=8)
    """Depth of a tree."""
    learning_rate: float = Field(default=0.06, gt=0, le=1)
    """Weight of each tree."""
    min_rows_in_leaf: int = Field(default=100, ge=50)
    """Agent-months in the smallest leaf; at least 50, so that a leaf is never a single person."""
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
            raise ValueError(Message("learn_from must be different whole months, growing"))
        return windows


class Logistic(Declaration):
    """[logistic]: the logistic regression that is blended with the trees; its signs are the declared directions."""

    share: float = Field(default=0.3, ge=0, lt=1)
    """Weight of the regression in the mean of both log-odds; 0 for trees alone."""
    segments: int = Field(default=2, ge=1, le=10)
    """Segments, between quantiles, in each of which the effect of a number is linear."""
    l2: float = Field(default=100.0, gt=0)
    """L2 penalty on the change in log-odds along a segment, and on that of a category or of a missing value."""


class Involuntary(Declaration):
    """[involuntary]: settings of the model of all other exits, which has no monotone constraints."""

    members: int = Field(default=2, ge=1, le=25)
    """Number of boosters that are averaged."""
    rounds: int = Field(default=80, ge=1, le=5000)
    """Rounds of boosting."""
    depth: int = Field(default=3, ge=1, le=8)
    """Depth of a tree."""
    learning_rate: float = Field(default=0.08, gt=0, le=1)
    """Weight of each tree."""


class CalibrationRules(Declaration):
    """[calibration]: how the risks are calibrated on agents that the members of the trees have not seen."""

    retired: ClassVar[Mapping[str, str]] = {"refit": Message("the trees that are served are calibrated themselves")}

    months: int = Field(default=12, ge=1)
    """The calibrators are fitted on this many of the last mature months of their horizon."""
    minimum_training_months: int = Field(default=6, ge=1)
    """A horizon with fewer mature months is left out; the headline stops the training instead."""
    minimum_events: int = Field(default=50, ge=10)
    """A horizon with fewer agent-months before a resignation is left out; the headline stops the training instead.

    A person who resigns counts once in each of the months within the horizon: 50 agent-months at three months are about
    22 people. Logistic regressions need 10, plainer models none."""
    interval: float = Field(default=0.90, gt=0.5, lt=1)
    """Nominal coverage of the interval of a risk."""


class HoldoutRules(Declaration):
    """[holdout]: the evaluation of every retrain on months that the evaluated model was not trained on."""

    renamed: ClassVar[Mapping[str, str]] = {"canary_errors": "null_check_errors"}

    months: int = Field(default=6, ge=1)
    """Number of the last mature months that the evaluated model is tested on."""
    draws: int = Field(default=200, ge=20)
    """Number of bootstrap draws of agents for the intervals of the metrics."""
    members: int = Field(default=3, ge=1, le=25)
    """Number of boosters that are averaged in the evaluated model."""
    null_check_errors: float = Field(default=3.0, gt=0)
    """By how many standard errors the AUC of a null check may differ from .5."""


class PromotionCriteria(Declaration):
    """[promotion]: what a model must reach on the test months before it becomes the champion."""

    observed_over_expected: tuple[float, float] = (0.85, 1.18)
    """Accepted ratio of observed to expected resignations; what chance may do to a perfect model is added to it."""
    calibration_slope: tuple[float, float] = (0.80, 1.20)
    """Accepted calibration slope; what chance may do is added to it."""
    calibration_error: float = Field(default=0.015, gt=0)
    """Largest accepted calibration error; what chance may do is added to it."""
    refused_by_chance: float = Field(default=0.06, gt=0, lt=0.5)
    """Share of perfect models, by the draws, that is refused: by level, slope and error together, or by all groups."""
    margin_to_champion: float = Field(default=0.005, ge=0)
    """A model whose AUC or Brier skill is shown to be lower than the champion recipe's by more than this is refused."""
    auc_over_tenure_only: float = Field(default=0.0, ge=0)
    """By how much the AUC must be shown to be above that of a model of tenure alone."""
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    """One-sided confidence of both comparisons, by a paired bootstrap of agents."""
    minimum_events: int = Field(default=30, ge=1)
    """Smallest number of people who resigned within the headline of a test month; with fewer, nothing is passed."""
    group_observed_over_expected: tuple[float, float] = (0.80, 1.25)
    """Accepted ratio in each site, role and tenure band; what chance may do to all of them together is added to it."""
    overlap_of_lists: float = Field(default=0.80, ge=0, le=1)
    """Share of the champion's list (the top `capacity_share` of agents) that must also be on the new list."""
    rank_correlation: float = Field(default=0.90, ge=0, le=1)
    """Smallest accepted rank correlation with the champion's risks."""
    compared_for_months: int = Field(default=6, ge=0)
    """No agreement is required with the list of a champion that was fitted more months before."""


class FairnessLimits(Declaration):
    """[fairness]: how far protected groups may differ; a model that is shown to exceed a limit is not promoted."""

    observed_over_expected: tuple[float, float] = (0.80, 1.25)
    """Accepted ratio of resignations in each group; what chance may do to all groups together is added to it."""
    refused_by_chance: float = Field(default=0.02, gt=0, lt=0.5)
    """Share of perfect models that the ratios refuse by chance."""
    missed_leavers_gap: float = Field(default=0.20, gt=0, le=1)
    """Of those who resign, the list may miss a share that is larger by this in one group than in all others."""
    listed_stayers_gap: float = Field(default=0.10, gt=0, le=1)
    """Of those who stay, a share that is larger by this may be on the list."""
    listed_gap: float = Field(default=0.15, gt=0, le=1)
    """Accepted difference of the share on the list; groups that resign more often are listed more often."""
    abstained_gap: float = Field(default=0.10, gt=0, le=1)
    """Accepted difference of the share from whom the model abstains."""
    offered_gap: float = Field(default=0.20, gt=0, le=1)
    """Accepted difference of the share of the list to whom something is offered."""


class LeakageRules(Declaration):
    """[leakage]: limits above which a figure is too good to be true, and waivers by feature with a reason."""

    single_feature_auc: float = Field(default=0.85, gt=0.5, le=1)
    """Largest AUC that a feature may reach alone, at any horizon: in all months, the newest twelve, or first months.

    What chance explains, by the number of people who leave, is not counted.
    """
    leaving_month_fall: float = Field(default=0.10, gt=0, lt=0.5)
    """Largest fall of a feature's AUC from those who leave in the shortest horizon to those who leave in the next.

    What chance and tenure explain is not counted. A larger fall shows that the feature sees the leaving month.
    """
    gain_share: float = Field(default=0.60, gt=0, le=1)
    """Largest share of what the model explains (gain of the trees, variance of the regression) that a feature may have.

    The time since hire may have more.
    """
    model_auc: float = Field(default=0.85, gt=0.5, le=1)
    """Largest AUC that the model may reach on the test months, or halfway from what tenure alone reaches to 1."""
    waivers: dict[str, str] = Field(default_factory=dict)
    """By feature, why its figures are right, in at least three words.

    The key `model` waives the limit of the model, and `leaving_month` that of the fall for all features.
    """

    @model_validator(mode="after")
    def _reasons_are_given(self) -> Self:
        unexplained = sorted(name for name, reason in self.waivers.items() if len(reason.split()) < 3)
        if unexplained:
            raise ValueError(
                Message(
                    "a waiver needs a reason of at least three words; there is none for {unexplained}",
                    unexplained=joined(", ", unexplained),
                )
            )
        return self


class Bands(Declaration):
    """[bands]: each band of risk begins at the risk that this top share of agents exceeded in the last months."""

    very_high: float = Field(default=0.05, gt=0, lt=1)
    """Top share of agents that were in this band, in the newest three months before the fit."""
    high: float = Field(default=0.15, gt=0, lt=1)
    """Top share of agents in this band or above."""
    medium: float = Field(default=0.40, gt=0, lt=1)
    """Top share of agents in this band or above; all others are low."""

    @model_validator(mode="after")
    def _shares_grow(self) -> Self:
        if not self.very_high < self.high < self.medium:
            raise ValueError(Message("shares must grow: very_high < high < medium"))
        return self


class Abstain(Declaration):
    """[abstain]: for which agents the model abstains."""

    missing_share: float = Field(default=0.30, gt=0, le=1)
    """An agent with a larger share of the features missing is not ranked."""


class Spec(Declaration):
    """The specification of a model, models/<name>.toml.

    Examples
    --------
    >>> Spec(name="resignation").headline
    3
    """

    renamed: ClassVar[Mapping[str, str]] = {"bar": "promotion", "examination": "holdout"}
    name: str
    """Name of the registered model and of the file."""
    horizons: tuple[int, ...] = (1, 3, 6, 12)
    """Months ahead that are predicted."""
    headline: int = 3
    """The horizon that drivers explain and that the promotion criteria are about; one of `horizons`."""
    capacity_share: float = Field(default=0.10, gt=0, lt=1)
    """Share of agents that a centre can support each month; lift and recall are measured for this top share."""
    talks: int = Field(default=30, ge=1)
    """Number of stay interviews a month; lift and recall are also measured for so many agents at the top. What
    `capacity` in pipelines/monthly.toml declares takes its place."""
    rung: Rung = "boosted"
    """The richest form that a retrain tries; it climbs down from it while no form is shown to be right."""
    trees: Trees = Trees()
    logistic: Logistic = Logistic()
    involuntary: Involuntary = Involuntary()
    calibration: CalibrationRules = CalibrationRules()
    holdout: HoldoutRules = HoldoutRules()
    promotion: PromotionCriteria = PromotionCriteria()
    fairness: FairnessLimits = FairnessLimits()
    leakage: LeakageRules = LeakageRules()
    bands: Bands = Bands()
    abstain: Abstain = Abstain()

    @model_validator(mode="after")
    def _horizons_hold_the_headline(self) -> Self:
        if list(self.horizons) != sorted(set(self.horizons)) or min(self.horizons, default=0) < 1:
            raise ValueError(Message("horizons must be different whole months, growing"))
        if self.headline not in self.horizons:
            raise ValueError(Message("headline {headline} is not among the horizons", headline=self.headline))
        return self


class BacktestJob(Declaration):
    """pipelines/backtest.toml: at which past month-ends models are fitted, and how many months each scores."""

    first_after_months: int = Field(default=18, ge=3)
    """Smallest number of months of history up to the first model.

    A shorter history has one model, as late as possible.
    """
    origins: int = Field(default=4, ge=1)
    """Largest number of models, each fitted at another month-end; the latest possible month-ends are used."""
    step_months: int = Field(default=3, ge=1)
    """Months from one month-end to the next, and number of months that each model scores."""
    members: int = Field(default=3, ge=1, le=25)
    """Number of boosters that are averaged; more give more stable scores and take longer.

    The level rests on the agents that some booster has not seen: 30 % of them with one, 66 % with three.
    """
    draws: int = Field(default=200, ge=20)
    """Number of bootstrap draws of agents for the intervals of the metrics."""
