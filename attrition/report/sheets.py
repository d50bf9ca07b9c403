"""What the workbook holds, sheet by sheet, as plain columns; `attrition.report.workbook` lays it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from attrition.report import sheets_of_the_centre as director
from attrition.report.columns import Column, Sheet, both, in_language, of_features
from attrition.report.editions import Edition
from attrition.report.form import Form
from attrition.report.health import rule_said
from attrition.report.sections.meanings import GLOSSARY
from attrition.report.sentences import by_name, capital, sentence, typical_text
from attrition.report.tables import each

if TYPE_CHECKING:
    from attrition.report.month import Month
    from attrition.report.watch import Watched


def sheets(month: Month, forms: Sequence[Form], edition: Edition) -> list[Sheet]:
    """Compute an edition's sheets; headings and declared names in all languages at once, sentences in a column each.

    Parameters
    ----------
    month : Month
        The figures.
    forms : sequence of Form
        One per language, the first language first.
    edition : {"centre", "partner", "team"}
        Whose workbook it is.
    """
    made = (make(month, forms) for make in MAKERS[edition])
    return [sheet for sheet in made if sheet is not None and sheet.columns[0].values]


def _months(month: Month, forms: Sequence[Form]) -> Sheet:
    judged = month.judged
    counts = ("resigned", "flagged", "flagged_resigned", "rest", "rest_resigned")
    columns = [
        Column(both(forms, "c.month"), [day.date() for day in judged["as_of"]], "month"),
        *(Column(both(forms, f"c.{name}"), judged[name].tolist(), "figure") for name in ("expected", "low", "high")),
        *(Column(both(forms, f"c.{name}"), judged[name].tolist(), "count") for name in counts),
        *(
            Column(both(forms, f"c.{name}"), judged[name].tolist(), "share", has_bar=True)
            for name in ("flagged_share", "rest_share")
        ),
        Column(both(forms, "c.inside"), [both(forms, "yes" if inside else "no") for inside in judged["is_inside"]]),
    ]
    return Sheet("EarlierMonths", both(forms, "section.account.sheet"), tuple(columns))


def _units(month: Month, forms: Sequence[Form]) -> Sheet:
    units = month.units
    names = [both(forms, "level.centre") if row.level == "centre" else row.unit for row in each(units)]
    columns = (
        Column(both(forms, "c.unit"), names),
        Column(both(forms, "c.level"), [both(forms, f"level.{level}") for level in units["level"]]),
        Column(both(forms, "c.site"), units["site"].tolist()),
        Column(both(forms, "c.headcount"), units["headcount"].tolist(), "count"),
        Column(both(forms, "c.expected"), units["expected"].tolist(), "figure"),
        Column(both(forms, "c.low"), units["low"].tolist(), "figure"),
        Column(both(forms, "c.high"), units["high"].tolist(), "figure"),
        Column(both(forms, "c.share"), units["share"].tolist(), "share", has_bar=True),
        Column(both(forms, "c.shown"), [both(forms, "no" if hidden else "yes") for hidden in units["is_hidden"]]),
    )
    return Sheet("Expected", both(forms, "section.expected.sheet"), columns)


def _levers(month: Month, forms: Sequence[Form]) -> Sheet:
    levers = month.levers
    columns = (
        Column(both(forms, "c.lever"), [both(forms, lever, "lever") for lever in levers["lever"]]),
        Column(both(forms, "c.points"), levers["points"].tolist(), "figure", has_bar=True),
        Column(both(forms, "c.points_before"), levers["points_before"].tolist(), "figure"),
        Column(both(forms, "c.raised"), levers["raised"].tolist(), "count"),
    )
    return Sheet("Levers", both(forms, "section.drivers.levers.sheet"), columns)


def _features(month: Month, forms: Sequence[Form]) -> Sheet:
    return _driver_sheet(month, forms, symptoms=False)


def _signs(month: Month, forms: Sequence[Form]) -> Sheet:
    return _driver_sheet(month, forms, symptoms=True)


def _driver_sheet(month: Month, forms: Sequence[Form], *, symptoms: bool) -> Sheet:
    rows = month.signs if symptoms else month.features
    declared = by_name(month.products.features)
    columns = of_features(forms, "c.feature", rows["subject"], month.products.features)
    if not symptoms:
        columns.append(Column(both(forms, "c.lever"), [both(forms, lever, "lever") for lever in rows["lever"]]))
    columns.append(Column(both(forms, "c.points"), rows["points"].tolist(), "figure", has_bar=True))
    columns.append(Column(both(forms, "c.raised"), rows["raised"].tolist(), "count"))
    for value, category in (("value", "category"), ("peer_value", "peer_category")):
        for form in forms:
            said = [
                typical_text(declared.get(row["subject"]), row[value], row[category], form)
                for row in rows.to_dict("records")
            ]
            columns.append(in_language(form, f"c.{value}", said))
    key = "section.drivers.symptoms.sheet" if symptoms else "section.drivers.sheet"
    return Sheet("WarningSigns" if symptoms else "Drivers", both(forms, key), tuple(columns))


def _watch(month: Month, forms: Sequence[Form]) -> Sheet:
    listed = month.watched
    declared = by_name(month.products.features)

    def told(form: Form, take: Callable[[Watched], list[Any]]) -> list[str]:
        return ["\n".join(sentence(vars(row), declared, form) for row in take(watched)) for watched in listed]

    groups = (("c.team", "team_id"), ("c.site", "site"), ("c.role", "job_role"), ("c.tenure", "tenure_band"))
    columns = [
        Column(both(forms, "c.agent"), [watched.agent_id for watched in listed]),
        Column(both(forms, "c.band"), [both(forms, watched.band, "band") for watched in listed]),
        *(
            Column(both(forms, key), [both(forms, watched.place.get(name, ""), "value") for watched in listed])
            for key, name in groups
        ),
        Column(both(forms, "c.estimate_low"), [round(watched.risk_low, 2) for watched in listed], "share"),
        Column(both(forms, "c.estimate_high"), [round(watched.risk_high, 2) for watched in listed], "share"),
    ]
    for key, take in (("c.drivers", attrgetter("raising")), ("c.warnings", attrgetter("warnings"))):
        columns += [Column(form.words(key), told(form, take), "lines") for form in forms]
    return Sheet("WatchList", both(forms, "section.watch.sheet"), tuple(columns))


def _offers(month: Month, forms: Sequence[Form]) -> Sheet:
    offers = {offered.id: offered for offered in month.products.interventions}
    rows = [(watched.agent_id, row) for watched in month.watched for row in watched.suggested]

    def named(form: Form) -> list[str]:
        known = [(offers.get(row.intervention), row.intervention) for _, row in rows]
        return [capital(name if offered is None else str(getattr(offered, form.words.lang))) for offered, name in known]

    def sources(form: Form) -> list[str]:
        known = [offers.get(row.intervention) for _, row in rows]
        return ["" if offered is None else offered.evidence.source_in(form.words.lang) for offered in known]

    columns = (
        Column(both(forms, "c.agent"), [agent for agent, _ in rows]),
        *(in_language(form, "c.suggested", named(form)) for form in forms),
        Column(both(forms, "c.lever"), [both(forms, row.lever, "lever") for _, row in rows]),
        Column(both(forms, "c.before"), [row.risk_before for _, row in rows], "share", has_bar=True),
        Column(both(forms, "c.after"), [row.risk_after for _, row in rows], "share", has_bar=True),
        Column(both(forms, "c.cost"), [row.cost for _, row in rows], "money"),
        Column(both(forms, "c.saving"), [row.expected_saving for _, row in rows], "money"),
        Column(both(forms, "c.evidence"), [both(forms, row.evidence, "grade") for _, row in rows]),
        *(in_language(form, "c.source", sources(form)) for form in forms),
    )
    return Sheet("Suggestions", both(forms, "section.watch.offers.sheet"), columns)


def _quality(month: Month, forms: Sequence[Form]) -> Sheet:
    rows = month.quality
    columns = (
        Column(both(forms, "c.table"), [both(forms, name, "table") for name in rows["table"]]),
        *(in_language(form, "c.rule", [rule_said(rule, form) for rule in rows["rule"]]) for form in forms),
        Column(both(forms, "c.rows"), rows["rows"].tolist(), "count"),
        Column(both(forms, "c.rows_share"), rows["share"].tolist(), "share", has_bar=True),
        Column(both(forms, "c.columns"), rows["example_columns"].tolist()),
    )
    return Sheet("DataQuality", both(forms, "section.health.quality.sheet"), columns)


def _metrics(month: Month, forms: Sequence[Form]) -> Sheet:
    rows = month.metrics
    columns = (
        Column(both(forms, "c.metric"), [both(forms, name, "metric") for name in rows["metric"]]),
        Column(both(forms, "c.model"), [both(forms, name, "model") for name in rows["model"]]),
        *(
            Column(both(forms, f"c.{key}"), rows[name].astype(float).round(4).tolist(), "figure")
            for key, name in (("metric_value", "value"), ("low", "low"), ("high", "high"))
        ),
    )
    return Sheet("ModelHealth", both(forms, "section.health.model.sheet"), columns)


def _teams(month: Month, forms: Sequence[Form]) -> Sheet:
    rows = [(team, row) for team in month.teams for row in team.standings]
    kinds = ["team.worse" if row.is_worse else "team.better" for _, row in rows]
    declared = by_name(month.products.features)

    def written(name: str, value: float, form: Form) -> str:
        return typical_text(declared.get(name), value, None, form)

    columns = (
        Column(both(forms, "c.team"), [team.name for team, _ in rows]),
        Column(both(forms, "c.site"), [team.site for team, _ in rows]),
        Column(both(forms, "c.headcount"), [team.headcount for team, _ in rows], "count"),
        *of_features(forms, "c.condition", [row.feature for _, row in rows], month.products.features),
        *(
            in_language(form, key, [written(row.feature, getattr(row, name), form) for _, row in rows])
            for key, name in (("c.here", "here"), ("c.alike", "alike"))
            for form in forms
        ),
        Column(both(forms, "c.standing"), [both(forms, kind) for kind in kinds]),
        Column(both(forms, "c.weight"), [both(forms, f"team.weight.{row.weight}") for _, row in rows]),
    )
    return Sheet("Teams", both(forms, "section.teams.sheet"), columns)


def _definitions(month: Month, forms: Sequence[Form]) -> Sheet:
    del month
    columns = [
        column
        for form in forms
        for column in (
            Column(form.words("c.word"), [form.words(f"g.{word}") for word in GLOSSARY]),
            Column(form.words("c.meaning"), [form.words(f"g.{word}.is") for word in GLOSSARY], "lines"),
        )
    ]
    return Sheet("Definitions", both(forms, "section.meanings.sheet"), tuple(columns))


MAKERS: Mapping[Edition, tuple[Callable[[Month, Sequence[Form]], Sheet | None], ...]] = {
    "centre": (
        *(_months, _units, director.turnover, director.costs, director.funnel, _levers, _features, _signs),
        *(director.movements, director.market, director.strain, director.cohorts, director.steps),
        *(_quality, _metrics, _definitions),
    ),
    "partner": (_months, _watch, _offers, _definitions),
    "team": (_teams, _definitions),
}
"""What each edition's workbook holds, in this order."""
