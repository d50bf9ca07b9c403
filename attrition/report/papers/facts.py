"""What papers are filled with: the figures and declarations of one registered version, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from attrition.data.people.protection import Protection
    from attrition.data.phrase import Phrase
    from attrition.data.schema import Column
    from attrition.features.declare import Feature
    from attrition.model.check import Check
    from attrition.model.evaluation_files import Evaluation
    from attrition.predict.intervention import Intervention
    from attrition.report.papers.declaration import PapersJob


@dataclass(frozen=True, kw_only=True)
class TableRead:
    """One table that is read: how many rows, its newest row, which columns, and how late it becomes known.

    `rows` is of the files as they were when the panel was built; null for a database.
    `delay_days` is null where rows carry the time of their record, or nothing is declared; see `has_record_time`.
    """

    name: str
    grain: Phrase
    rows: int | None
    newest: date | None
    columns: Sequence[Column]
    has_record_time: bool
    delay_days: int | None


@dataclass(frozen=True, kw_only=True, eq=False)
class DataSheet:
    """The data behind a version, in numbers of people and rows.

    Attributes
    ----------
    begins, ends : date
        First and last month-end of the panel.
    people : int
        Different people with an employment in the data.
    employments : int
        Their employments; a rehire is a new one.
    agents, agent_months, months : int
        Of the panel.
    scored_people : int
        Agents in the newest month of the panel.
    protected_people : int
        People of whom protected attributes are held, for audits alone.
    protected : sequence of str
        Names of these attributes.
    tables : sequence of TableRead
        Every table that is read.
    features : sequence of Feature
        What the panel holds for the model.
    quality : DataFrame
        table, rule, rule_zh, rows: what was set aside and repaired.
    assumptions : sequence of mapping
        What was assumed, by language.
    is_of_version : bool
        Whether the panel still is the one the version was fitted on.
    """

    begins: date
    ends: date
    people: int
    employments: int
    agents: int
    agent_months: int
    months: int
    scored_people: int
    protected_people: int
    protected: Sequence[str]
    tables: Sequence[TableRead]
    features: Sequence[Feature]
    quality: pd.DataFrame
    assumptions: Sequence[Mapping[str, str]]
    is_of_version: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class PaperFacts:
    """Everything that the papers of one version say in figures.

    Attributes
    ----------
    site, currency : str
        The centre's name and currency.
    version : str
        Of the model in the registry.
    fitted_at : date
        The day whose knowledge it was fitted on.
    valid_until : date
        The last day on which the papers hold.
    written_on : date
        The day on which they were written.
    written_by : str
        Who had them written; may be empty.
    form : Phrase
        The form of the model.
    orders_people : bool
        Whether its order of people was shown.
    resignations : int
        People who resigned within the headline of a test month.
    evaluation : Evaluation
        Figures of the test months.
    checks : sequence of Check
        The promotion criteria.
    data : DataSheet
        The data behind it.
    protection : Protection
        How people's data are protected.
    in_use : frozenset of str
        Names of the guards that are in use here; see `attrition.report.papers.risks`.
    smallest_group, capacity : int
        Of the monthly report.
    interventions : sequence of Intervention
        The playbook.
    job : PapersJob
        What people declare and fill in.
    monitoring : mapping, optional
        What `attrition monitor` found last: ``as_of``, ``version``, ``alarms`` with a sentence by language; none where
        nothing was watched.
    fairness : DataFrame
        figure, attribute, group, people, value, others, low, high, limit, verdict of protected groups; may be empty.
    retention : mapping of str to int, optional
        By key of pipelines/retention.toml, the days or months that products are kept; none where nothing is declared.
    """

    site: str
    currency: str
    version: str
    fitted_at: date
    valid_until: date
    written_on: date
    written_by: str
    form: Phrase
    orders_people: bool
    resignations: int
    evaluation: Evaluation
    checks: Sequence[Check]
    data: DataSheet
    protection: Protection
    in_use: frozenset[str]
    smallest_group: int
    capacity: int
    interventions: Sequence[Intervention]
    job: PapersJob
    monitoring: Mapping[str, Any] | None
    fairness: pd.DataFrame
    retention: Mapping[str, int] | None

    @property
    def headline(self) -> int:
        """The headline horizon in months."""
        return self.evaluation.spec.headline

    def metric(self, name: str) -> Any:
        """Return the row of one metric of the model at the headline; null where no months were held out."""
        metrics = self.evaluation.metrics
        rows = metrics[
            (metrics["metric"] == name)
            & (metrics["model"] == self.evaluation.spec.name)
            & (metrics["horizon_months"] == self.headline)
        ]
        return None if rows.empty else rows.iloc[0]
