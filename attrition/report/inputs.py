"""The inputs of a monthly report, as one frozen value."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from attrition.data.people.protection import Mode, mode_sentence
from attrition.data.terms import FAMILY_NAMES
from attrition.model.provisional import NOTHING_TO_SAY, Caveat
from attrition.predict.planning import Planning
from attrition.report.listable import highest_first, listable

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from attrition.features.declare import Feature
    from attrition.model.check import Check
    from attrition.pilot.lessons import Lesson
    from attrition.predict.intervention import Intervention
    from attrition.predict.playbook import BasePay, Replacement
    from attrition.report.figures.evaluators.records import EvaluationRecords


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A source table that is missing this month, or whose newest row is from well before the month's end.

    `newest` is the date of that row; None where the table is missing.
    """

    table: str
    newest: date | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class ReportInputs:
    """What `attrition.report.write_editions.write_editions` turns into pages and workbooks.

    Parameters
    ----------
    as_of : date
        Month-end that was scored.
    site : str
        Name of the centre, as declared in ``pipelines/sources.toml``.
    currency : str
        ISO code.
    model_name, model_version : str
        The model that scored the month.
    trained_on : date
        Month-end at which it was trained.
    scores, drivers, recommendations, expected_leavers, quality : DataFrame
        The contract's output tables for `as_of`. ``drivers`` may have ``category``, ``peer_category``, and may hold
        only agents who are shown one by one where `driver_points` holds the others.
    driver_points : DataFrame, optional
        What each driver adds for every agent at the headline horizon: ``agent_id``, ``feature``, ``lever``,
        ``is_symptom``, ``points``.
    evaluations : EvaluationRecords, optional
        Quality evaluations; None where the site supplies none, or not by whom they are.
    groups : DataFrame
        ``agent_id`` and, as far as the site has them, ``site``, ``team_id``, ``supervisor_id``, ``job_role``,
        ``tenure_band``.
    features : sequence of Feature
        Declarations of the features.
    interventions : sequence of Intervention
        The playbook's interventions.
    history : DataFrame
        The track record, one row per earlier month whose horizon has passed: ``as_of``, ``expected``, ``low``,
        ``high``, ``resigned``, ``flagged``, ``flagged_resigned``, ``rest``, ``rest_resigned`` (numbers of agents), and
        optionally ``is_backtest`` (scored afterwards by a model that knew only what was known then).
    metrics : DataFrame
        ``metric``, ``model``, ``value``, ``low``, ``high`` from the backtest, the model beside its baselines.
    checks : sequence of Check
        Promotion criteria and null checks of the model.
    caveat : Caveat
        What could not be shown of the model, and whether people may be listed by their risk.
    exits_complete_to : date, optional
        The last month-end up to which the list of exits is complete; None where it is that of `as_of`.
    doubts : sequence of mapping
        What is wrong with the tables and touches labels, rates or levels of risk: a sentence by language.
    gaps : sequence of Gap
        Data missing or late this month.
    reorganisations : sequence of mapping
        Reorganisations of the last twelve months, as `attrition.data.events.Reorganisation.as_json` writes them.
    assumptions : sequence of str or {"en": ..., "zh": ...}
        Assumptions made where the data are silent.
    calibration : DataFrame, optional
        ``expected``, ``observed``, ``low``, ``high`` (shares) and ``agents`` per group of similar scores.
    previous_drivers : DataFrame, optional
        The table ``drivers`` of the month before, for comparison, with `previous_flagged`.
    previous_flagged : sequence of str
        The agents flagged the month before.
    previous_scores : DataFrame, optional
        The scores of the last month scored before, at the headline horizon: ``agent_id``, ``as_of``, ``risk``.
    earlier_lists : DataFrame, optional
        The lists of the months scored before, of a year at most: ``as_of``, ``agent_id``, ``band`` and, as far as the
        site has them, ``site``, ``team_id`` of that time.
    previous_hidden : collection of (level, unit)
        The units hidden in last month's report.
    spells : DataFrame, optional
        Every employment spell, from `attrition.labels.spells`.
    past_scores : DataFrame, optional
        Earlier scores whose horizon has passed with their outcomes, one row per agent-month of the last year:
        ``agent_id``, ``as_of``, ``risk``, ``resigned``, ``site``, ``team_id``.
    panel_rows : DataFrame, optional
        Rows of the panel of this month, the one before and a year ago: ``agent_id``, ``as_of``, features, and, as far
        as the site has them, ``site``, ``team_id``, ``tenure_band``, ``account``, ``channel``.
    driver_views : DataFrame, optional
        What raises the risk of groups of agents, from `attrition.predict.driver_views.driver_views`.
    interventions_received : DataFrame, optional
        Every intervention an agent received, from `attrition.labels.interventions_received`.
    lessons : sequence of Lesson
        Results of pilots read by the month's end.
    plan : mapping, optional
        The figures of the month's plan, ``plan/plan.json``.
    replacement : Replacement, optional
        What one resignation costs, from the playbook, in the site's currency.
    has_starter_prices : bool
        Whether that is what the playbook came with, and not what the site declared.
    base_pay : BasePay, optional
        The feature that holds base pay.
    base_pay_history : DataFrame, optional
        Base pay month by month: ``agent_id``, ``as_of`` and the feature of `base_pay`, of the twelve months before.
    treated_precision : DataFrame, optional
        Precision of earlier lists with and without interventions, from `attrition.report.figures.treated_precision`.
    indicators : DataFrame, optional
        The sums behind the indicators of operations, from `attrition.features.indicators.indicator_sums`.
    repeats_within : str
        The time within which a further contact counts as a repeat, such as "2 hours"; empty where it is not declared.
    events : sequence of mapping
        What the site declares to have happened: ``date``, ``kind``, ``site``.
    watching : mapping, optional
        What `attrition monitor` found with the data up to this month: monitor.json.
    names : mapping of str to str
        Names of the agents that are shown one by one, by `agent_id`; for the HR partner's edition alone.
    staff_numbers : mapping of str to str
        Staff numbers of the agents that are shown one by one, by `agent_id`; for the HR partner's edition alone.
    naming : sequence of {"en": ..., "zh": ...}
        What every page says where staff numbers stand in clear; empty where there are pseudonyms.
    recent_interventions : DataFrame, optional
        Interventions of the last year: ``agent_id``, ``intervention``, ``start_date``, ``declined``.
    horizon : int
        The headline horizon: how many months ahead the report's estimates look.
    capacity : int
        How many agents the site can talk to in a month; caps the watch list.
    capacity_share : float
        Share of the scored agents, those of highest risk, that counts as flagged.
    min_group : int
        Smallest group of agents that is shown; never under `disclosure.LOWEST_MIN_GROUP`.
    planning : Planning
        What is declared for those who plan with the report's numbers.
    mode : {"individual", "banded", "group_only"}
        What may be known of one agent.
    people : mapping of str to DataFrame
        The tables from which single agents are shown where figures about them are withheld; else they are those above.
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
    caveat: Caveat = NOTHING_TO_SAY
    exits_complete_to: date | None = None
    doubts: Sequence[Mapping[str, str]] = ()
    gaps: Sequence[Gap] = ()
    reorganisations: Sequence[Mapping[str, Any]] = ()
    assumptions: Sequence[str | Mapping[str, str]] = ()
    driver_points: pd.DataFrame | None = None
    calibration: pd.DataFrame | None = None
    previous_drivers: pd.DataFrame | None = None
    previous_flagged: Sequence[str] = ()
    previous_scores: pd.DataFrame | None = None
    earlier_lists: pd.DataFrame | None = None
    previous_hidden: Collection[tuple[str, str]] = ()
    spells: pd.DataFrame | None = None
    past_scores: pd.DataFrame | None = None
    panel_rows: pd.DataFrame | None = None
    driver_views: pd.DataFrame | None = None
    interventions_received: pd.DataFrame | None = None
    lessons: Sequence[Lesson] = ()
    plan: Mapping[str, Any] | None = None
    replacement: Replacement | None = None
    has_starter_prices: bool = False
    base_pay: BasePay | None = None
    base_pay_history: pd.DataFrame | None = None
    treated_precision: pd.DataFrame | None = None
    recent_interventions: pd.DataFrame | None = None
    indicators: pd.DataFrame | None = None
    repeats_within: str = ""
    events: Sequence[Mapping[str, Any]] = ()
    watching: Mapping[str, Any] | None = None
    evaluations: EvaluationRecords | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    staff_numbers: Mapping[str, str] = field(default_factory=dict)
    naming: Sequence[Mapping[str, str]] = ()
    horizon: int = 3
    capacity: int = 30
    capacity_share: float = 0.10
    min_group: int = 10
    planning: Planning = field(default_factory=Planning)
    mode: Mode = "individual"
    people: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def of_people(self) -> ReportInputs:
        """The inputs from which single agents are shown."""
        shown: Mapping[str, Any] = self.people
        return replace(self, people={}, **shown) if shown else self

    def mode_sentence(self, language: str) -> str:
        """Return what each page says of the mode in which it was made."""
        return mode_sentence(self.mode, language)

    @property
    def withholds_figures(self) -> bool:
        """Whether figures of single agents are withheld."""
        return self.mode != "individual"

    def staff_number(self, agent: str) -> str:
        """Return the staff number of an agent who is shown; of one whose number is not known any more the pseudonym."""
        return self.staff_numbers.get(agent, agent)

    def is_supplied(self, table: str) -> bool:
        """Return whether the site supplied a table, so that its silence says that nothing happened."""
        return table in set(self.quality["table"].astype(str))

    @property
    def headline_scores(self) -> pd.DataFrame:
        """The scores of the headline horizon, highest risk first."""
        return highest_first(self.scores, self.horizon)

    @property
    def ranked_scores(self) -> pd.DataFrame:
        """The scores of the headline horizon of agents who may be listed, highest risk first; none without an order."""
        return listable(self.headline_scores) if self.caveat.lists_people else self.headline_scores.head(0)

    @property
    def headline_drivers(self) -> pd.DataFrame:
        """The drivers of the headline horizon."""
        return self.drivers[self.drivers["horizon_months"] == self.horizon]

    @property
    def indistinct_families(self) -> list[str]:
        """The families that the model of the month could not tell apart at the centre."""
        if "is_indistinct" not in self.drivers:  # written before the mark was
            return []
        marked = set(self.drivers.loc[self.drivers["is_indistinct"].astype(bool), "family"])
        return [name for name in FAMILY_NAMES if name in marked]

    @property
    def all_driver_points(self) -> pd.DataFrame:
        """The points of every agent at the headline horizon, whether shown one by one or not."""
        return self.headline_drivers if self.driver_points is None else self.driver_points
