"""Sheets of the workbook: each function returns one table as columns; `attrition.report.workbook` writes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from attrition.report.figures.tables import rows_of
from attrition.report.formatter import Formatter
from attrition.report.intervention_text import intervention_names
from attrition.report.model_metrics import format_quality_rule
from attrition.report.sections.meanings import GLOSSARY
from attrition.report.sections.watch import since_text
from attrition.report.sentences import by_name, capital, sentence, typical_text
from attrition.report.sheet_columns import (
    Sheet,
    SheetColumn,
    feature_columns,
    in_all_languages,
    language_column,
    lever_column,
    name_in_all_languages,
    names_column,
    unit_columns,
    yes_no_column,
)

if TYPE_CHECKING:
    import pandas as pd

    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.figures.watch_list import WatchListEntry


def earlier_months(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet:
    """Return the track record, month by month."""
    record = figures.track_record
    counts = ("resigned", "flagged", "flagged_resigned", "rest", "rest_resigned")
    columns = [
        SheetColumn(in_all_languages(formatters, "c.month"), [day.date() for day in record["as_of"]], "month"),
        *(
            SheetColumn(in_all_languages(formatters, f"c.{name}"), record[name].tolist(), "decimal")
            for name in ("expected", "low", "high")
        ),
        *(SheetColumn(in_all_languages(formatters, f"c.{name}"), record[name].tolist(), "count") for name in counts),
        *(
            SheetColumn(in_all_languages(formatters, f"c.{name}"), record[name].tolist(), "share", has_bar=True)
            for name in ("flagged_share", "rest_share")
        ),
        yes_no_column(formatters, "c.inside", record["is_inside"]),
    ]
    return Sheet("EarlierMonths", in_all_languages(formatters, "section.account.sheet"), tuple(columns))


def expected(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet:
    """Return the expected resignations of centre, sites and teams."""
    units = figures.units
    columns = (
        *unit_columns(formatters, units),
        SheetColumn(in_all_languages(formatters, "c.site"), units["site"].tolist()),
        SheetColumn(in_all_languages(formatters, "c.headcount"), units["headcount"].tolist(), "count"),
        SheetColumn(in_all_languages(formatters, "c.expected"), units["expected"].tolist(), "decimal"),
        SheetColumn(in_all_languages(formatters, "c.low"), units["low"].tolist(), "decimal"),
        SheetColumn(in_all_languages(formatters, "c.high"), units["high"].tolist(), "decimal"),
        SheetColumn(in_all_languages(formatters, "c.share"), units["share"].tolist(), "share", has_bar=True),
        names_column(formatters, "c.standing_in", "standing", units["standing"]),
        yes_no_column(formatters, "c.shown", ~units["is_hidden"].astype(bool)),
    )
    return Sheet("Expected", in_all_languages(formatters, "section.expected.sheet"), columns)


def levers(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet:
    """Return the mean points of the flagged over their peers, by lever."""
    table = figures.levers
    columns = (
        lever_column(formatters, table["lever"]),
        SheetColumn(in_all_languages(formatters, "c.points"), table["points"].tolist(), "decimal", has_bar=True),
        SheetColumn(in_all_languages(formatters, "c.points_before"), table["points_before"].tolist(), "decimal"),
        SheetColumn(in_all_languages(formatters, "c.raised"), table["raised"].tolist(), "count"),
    )
    return Sheet("Levers", in_all_languages(formatters, "section.drivers.levers.sheet"), columns)


def levers_by_unit(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet:
    """Return for how many people of each unit a lever matters; counts that may not be shown are left out."""
    table = figures.lever_units.dropna(subset="raised")
    centre = in_all_languages(formatters, "level.centre")
    columns = (
        SheetColumn(in_all_languages(formatters, "c.unit"), table["unit"].replace("centre", centre).tolist()),
        SheetColumn(
            in_all_languages(formatters, "c.level"),
            [name_in_all_languages(formatters, "level", level) for level in table["level"]],
        ),
        lever_column(formatters, table["lever"]),
        SheetColumn(in_all_languages(formatters, "c.raised"), table["raised"].tolist(), "count"),
    )
    return Sheet("LeversByUnit", in_all_languages(formatters, "section.drivers.units.sheet"), columns)


def drivers(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet:
    """Return the drivers of the flagged."""
    table, features = figures.features, figures.inputs.features
    columns = (
        *feature_columns(formatters, "c.feature", table["subject"], features),
        lever_column(formatters, table["lever"]),
        *_driver_columns(table, figures, formatters),
    )
    return Sheet("Drivers", in_all_languages(formatters, "section.drivers.sheet"), columns)


def warning_signs(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet:
    """Return the warning signs of the flagged."""
    table, features = figures.warning_signs, figures.inputs.features
    columns = (
        *feature_columns(formatters, "c.feature", table["subject"], features),
        *_driver_columns(table, figures, formatters),
    )
    return Sheet("WarningSigns", in_all_languages(formatters, "section.drivers.symptoms.sheet"), columns)


def _driver_columns(table: pd.DataFrame, figures: MonthFigures, formatters: Sequence[Formatter]) -> list[SheetColumn]:
    declared = by_name(figures.inputs.features)
    columns = [
        SheetColumn(in_all_languages(formatters, "c.points"), table["points"].tolist(), "decimal", has_bar=True),
        SheetColumn(in_all_languages(formatters, "c.raised"), table["raised"].tolist(), "count"),
    ]
    for value, category in (("value", "category"), ("peer_value", "peer_category")):
        for formatter in formatters:
            texts = [
                typical_text(declared.get(row["subject"]), row[value], row[category], formatter)
                for row in table.to_dict("records")
            ]
            columns.append(language_column(formatter, f"c.{value}", texts))
    return columns


def watch_list(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet:
    """Return the watch list."""
    entries = figures.watch_list
    declared = by_name(figures.inputs.features)

    def sentences(formatter: Formatter, drivers_of: Callable[[WatchListEntry], list[Any]]) -> list[str]:
        return ["\n".join(sentence(vars(row), declared, formatter) for row in drivers_of(entry)) for entry in entries]

    groups = (("c.team", "team_id"), ("c.site", "site"), ("c.role", "job_role"), ("c.tenure", "tenure_band"))
    columns = [
        SheetColumn(in_all_languages(formatters, "c.agent"), [entry.agent_id for entry in entries]),
        *_names(formatters, [entry.name for entry in entries]),
        SheetColumn(
            in_all_languages(formatters, "c.band"),
            [name_in_all_languages(formatters, "band", entry.band) for entry in entries],
        ),
        *(
            SheetColumn(
                in_all_languages(formatters, key),
                [name_in_all_languages(formatters, "value", entry.groups.get(name, "")) for entry in entries],
            )
            for key, name in groups
        ),
        *(
            language_column(formatter, "c.since", [since_text(entry.standing, formatter) for entry in entries])
            for formatter in formatters
        ),
        *(
            SheetColumn(in_all_languages(formatters, key), [round(risk(entry), 2) for entry in entries], "share")
            for key, risk in (
                ("c.estimate_low", attrgetter("risk_low")),
                ("c.estimate_high", attrgetter("risk_high")),
            )
            if not figures.inputs.withholds_figures
        ),
    ]
    for key, drivers_of in (("c.drivers", attrgetter("raising_drivers")), ("c.warnings", attrgetter("warning_signs"))):
        columns += [
            SheetColumn(formatter.text(key), sentences(formatter, drivers_of), "wrapped_text")
            for formatter in formatters
        ]
    return Sheet("WatchList", in_all_languages(formatters, "section.watch.sheet"), tuple(columns))


def _names(formatters: Sequence[Formatter], names: list[str]) -> list[SheetColumn]:
    """Return the column of names; none where the site maps none."""
    return [SheetColumn(in_all_languages(formatters, "c.name"), names)] if any(names) else []


def suggestions(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet:
    """Return the interventions suggested for the agents on the watch list."""
    interventions = {intervention.id: intervention for intervention in figures.inputs.interventions}
    rows = [(entry.agent_id, row) for entry in figures.watch_list for row in entry.suggested_offers]
    people = {entry.agent_id: entry.name for entry in figures.watch_list}

    def names(formatter: Formatter) -> list[str]:
        by_id = intervention_names(figures.inputs.interventions, formatter.text.lang)
        return [capital(by_id.get(row.intervention, row.intervention)) for _, row in rows]

    def sources(formatter: Formatter) -> list[str]:
        known = [interventions.get(row.intervention) for _, row in rows]
        return ["" if item is None else item.evidence.source_in(formatter.text.lang) for item in known]

    risks = [
        SheetColumn(in_all_languages(formatters, key), [risk(row) for _, row in rows], "share", has_bar=True)
        for key, risk in (("c.before", attrgetter("risk_before")), ("c.after", attrgetter("risk_after")))
    ]
    saving = SheetColumn(in_all_languages(formatters, "c.saving"), [row.expected_saving for _, row in rows], "money")
    columns = (
        SheetColumn(in_all_languages(formatters, "c.agent"), [agent for agent, _ in rows]),
        *_names(formatters, [people[agent] for agent, _ in rows]),
        *(language_column(formatter, "c.suggested", names(formatter)) for formatter in formatters),
        lever_column(formatters, [row.lever for _, row in rows]),
        *([] if figures.inputs.withholds_figures else risks),
        SheetColumn(in_all_languages(formatters, "c.cost"), [row.cost for _, row in rows], "money"),
        *([] if figures.inputs.withholds_figures else [saving]),
        SheetColumn(
            in_all_languages(formatters, "c.evidence"),
            [name_in_all_languages(formatters, "grade", row.evidence) for _, row in rows],
        ),
        *(language_column(formatter, "c.source", sources(formatter)) for formatter in formatters),
    )
    return Sheet("Suggestions", in_all_languages(formatters, "section.watch.offers.sheet"), columns)


def data_quality(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet:
    """Return the data quality rules that touched any row."""
    table = figures.quality
    tables = [name_in_all_languages(formatters, "table", name) for name in table["table"]]
    columns = (
        SheetColumn(in_all_languages(formatters, "c.table"), tables),
        *(
            language_column(formatter, "c.rule", [format_quality_rule(row, formatter) for row in rows_of(table)])
            for formatter in formatters
        ),
        SheetColumn(in_all_languages(formatters, "c.rows"), table["rows"].tolist(), "count"),
        SheetColumn(in_all_languages(formatters, "c.rows_share"), table["share"].tolist(), "share", has_bar=True),
        SheetColumn(in_all_languages(formatters, "c.columns"), table["example_columns"].tolist()),
    )
    return Sheet("DataQuality", in_all_languages(formatters, "section.health.quality.sheet"), columns)


def model_metrics(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet:
    """Return the holdout metrics of the model and its baselines."""
    table = figures.metrics
    metrics = [name_in_all_languages(formatters, "metric", name) for name in table["metric"]]
    models = [name_in_all_languages(formatters, "model", name) for name in table["model"]]
    columns = (
        SheetColumn(in_all_languages(formatters, "c.metric"), metrics),
        SheetColumn(in_all_languages(formatters, "c.model"), models),
        *(
            SheetColumn(
                in_all_languages(formatters, f"c.{key}"), table[name].astype(float).round(4).tolist(), "decimal"
            )
            for key, name in (("metric_value", "value"), ("low", "low"), ("high", "high"))
        ),
    )
    return Sheet("ModelHealth", in_all_languages(formatters, "section.health.model.sheet"), columns)


def teams(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet:
    """Return the working conditions that stand out in each team."""
    rows = [(team, condition) for team in figures.teams for condition in team.conditions]
    declared, features = by_name(figures.inputs.features), figures.inputs.features
    standings = ["team.worse" if condition.is_worse else "team.better" for _, condition in rows]
    weights = [f"team.weight.{condition.weight}" for _, condition in rows]

    def values(value_of: Callable[[Any], float], formatter: Formatter) -> list[str]:
        return [typical_text(declared.get(row.feature), value_of(row), None, formatter) for _, row in rows]

    columns = (
        SheetColumn(in_all_languages(formatters, "c.team"), [team.name for team, _ in rows]),
        SheetColumn(in_all_languages(formatters, "c.site"), [team.site for team, _ in rows]),
        SheetColumn(in_all_languages(formatters, "c.headcount"), [team.headcount for team, _ in rows], "count"),
        *feature_columns(formatters, "c.condition", [condition.feature for _, condition in rows], features),
        *(
            language_column(formatter, key, values(value_of, formatter))
            for key, value_of in (("c.here", attrgetter("mean")), ("c.alike", attrgetter("peer_median")))
            for formatter in formatters
        ),
        SheetColumn(
            in_all_languages(formatters, "c.standing"), [in_all_languages(formatters, key) for key in standings]
        ),
        SheetColumn(in_all_languages(formatters, "c.weight"), [in_all_languages(formatters, key) for key in weights]),
    )
    return Sheet("Teams", in_all_languages(formatters, "section.teams.sheet"), columns)


def definitions(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet:
    """Return the glossary."""
    del figures
    columns = [
        column
        for formatter in formatters
        for column in (
            SheetColumn(formatter.text("c.word"), [formatter.text(f"g.{word}") for word in GLOSSARY]),
            SheetColumn(
                formatter.text("c.meaning"), [formatter.text(f"g.{word}.is") for word in GLOSSARY], "wrapped_text"
            ),
        )
    ]
    return Sheet("Definitions", in_all_languages(formatters, "section.meanings.sheet"), tuple(columns))
