"""Everything a monthly report is made from, as one frozen value: the month's products and what is known about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    import pandas as pd

    from attrition.features.declare import Feature
    from attrition.model.promotion_criteria import Check
    from attrition.pilot.lessons import Lesson
    from attrition.predict.playbook import BasePay, Intervention, Replacement


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A source table that is missing this month (`newest` is None) or whose newest row is early."""

    table: str
    newest: date | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Products:
    """What `attrition.report.write.write` turns into pages and a workbook.

    Parameters
    ----------
    as_of : date
        Month-end that was scored.
    site : str
        Name of the centre, as declared in ``pipelines/sources.toml``.
    currency : str
        ISO code.
    model_name, model_version : str
        The champion that scored.
    trained_on : date
        Month-end at which it was trained.
    scores, drivers, recommendations, expected_leavers, quality : DataFrame
        The contract's output tables for `as_of`. ``drivers`` may carry ``category``, ``peer_category``, and hold only
        the agents told of where `points` is given.
    points : DataFrame, optional
        What each driver adds for every agent at the headline horizon: ``agent_id``, ``feature``, ``lever``,
        ``is_symptom``, ``points``.
    groups : DataFrame
        ``agent_id`` and those of ``site``, ``team_id``, ``supervisor_id``, ``job_role``, ``tenure_band`` there are.
    features : sequence of Feature
        What the features say.
    interventions : sequence of Intervention
        The playbook's interventions.
    history : DataFrame
        One row per earlier month that can be judged: ``as_of``, ``expected``, ``low``, ``high``, ``resigned``,
        ``flagged``, ``flagged_resigned``, ``rest``, ``rest_resigned`` (numbers of agents), and optionally
        ``is_backtest`` (scored afterwards by a model that knew only what was known then).
    metrics : DataFrame
        ``metric``, ``model``, ``value``, ``low``, ``high`` from the backtest, the model beside its baselines.
    checks : sequence of Check
        Promotion criteria and null checks of the champion.
    gaps : sequence of Gap
        Data missing or late this month.
    assumptions : sequence of str or {"en": ..., "zh": ...}
        What was assumed where the data do not say.
    calibration : DataFrame, optional
        ``expected``, ``observed``, ``low``, ``high`` (shares) and ``agents`` per group of similar scores.
    drivers_earlier : DataFrame, optional
        The table ``drivers`` of the month before, for comparison, with `flagged_earlier`.
    flagged_earlier : sequence of str
        The agents flagged the month before.
    hidden_earlier : collection of (level, unit)
        The groups last month's report did not show.
    spells : DataFrame, optional
        Every employment spell, from `attrition.labels.spells`.
    judged : DataFrame, optional
        Earlier scores whose horizon has passed, one row per agent-month of the last year: ``agent_id``, ``as_of``,
        ``risk``, ``resigned``, ``site``, ``team_id``.
    frame : DataFrame, optional
        Rows of the panel of this month, the one before and a year ago: ``agent_id``, ``as_of``, features, and those of
        ``site``, ``tenure_band`` there are.
    driver_views : DataFrame, optional
        What raises the risk of groups of agents, from `attrition.predict.driver_views.driver_views`.
    given : DataFrame, optional
        Who was given what, from `attrition.labels.interventions_received`.
    lessons : sequence of Lesson
        What pilots had taught by the month's end.
    plan : mapping, optional
        The figures of the month's plan, ``plan/plan.json``.
    replacement : Replacement, optional
        What one resignation costs, from the playbook, in the site's currency.
    base_pay : BasePay, optional
        Where base pay is read.
    paid : DataFrame, optional
        Base pay month by month: ``agent_id``, ``as_of`` and what `base_pay` names, of the twelve months before.
    helped : DataFrame, optional
        How help changed the precision of earlier lists, from `attrition.report.treated.treated_precision`.
    treated : DataFrame, optional
        Who was given what within a year: ``agent_id``, ``intervention``, ``start_date``, ``declined``.
    horizon : int
        The headline horizon, months.
    capacity : int
        How many agents the site can talk to in a month; caps the watch list.
    capacity_share : float
        Share of agents counted as flagged.
    min_group : int
        Smallest group that is shown; never under `disclosure.FLOOR`.
    """

    as_of: date
    site: str
    currency: str
    model_name: str
    model_version: str
    trained_on: date
    scores: pd.DataFrame
    drivers: pd.DataFrame
    recommendations: pd.DataFrame
    expected_leavers: pd.DataFrame
    quality: pd.DataFrame
    groups: pd.DataFrame
    history: pd.DataFrame
    metrics: pd.DataFrame
    features: Sequence[Feature]
    interventions: Sequence[Intervention]
    checks: Sequence[Check] = ()
    gaps: Sequence[Gap] = ()
    assumptions: Sequence[str | Mapping[str, str]] = ()
    points: pd.DataFrame | None = None
    calibration: pd.DataFrame | None = None
    drivers_earlier: pd.DataFrame | None = None
    flagged_earlier: Sequence[str] = field(default=())
    hidden_earlier: Collection[tuple[str, str]] = field(default=())
    spells: pd.DataFrame | None = None
    judged: pd.DataFrame | None = None
    frame: pd.DataFrame | None = None
    driver_views: pd.DataFrame | None = None
    given: pd.DataFrame | None = None
    lessons: Sequence[Lesson] = ()
    plan: Mapping[str, Any] | None = None
    replacement: Replacement | None = None
    base_pay: BasePay | None = None
    paid: pd.DataFrame | None = None
    helped: pd.DataFrame | None = None
    treated: pd.DataFrame | None = None
    horizon: int = 3
    capacity: int = 30
    capacity_share: float = 0.10
    min_group: int = 10

    @property
    def everyone(self) -> pd.DataFrame:
        """The points of every agent, from `drivers` where they are not given apart."""
        return self.drivers[self.drivers["horizon_months"] == self.horizon] if self.points is None else self.points
