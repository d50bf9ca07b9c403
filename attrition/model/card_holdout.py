"""The card's sections on later months: figures beside baselines, by horizon and month, the lead time, and groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.data.phrase import Phrase
from attrition.message import Message, joined
from attrition.model.card_lead_time import lead_time_lines
from attrition.model.card_words import GROUPS, LEVELS, METRICS, MODELS, VERDICTS, crossed, months_ahead, named
from attrition.model.figures import TITLES
from attrition.model.groups import MIN_EVENTS, MIN_PEOPLE, TOO_FEW
from attrition.model.markdown import cell, table, words

if TYPE_CHECKING:
    from attrition.model.holdout import HoldoutEvaluation
    from attrition.model.promotion_criteria import Incumbent
    from attrition.model.spec import Spec

SINGLE_FEATURES_SHOWN = 5
CHAMPION_RECIPE = "champion_recipe"


def span(months: Sequence[pd.Timestamp]) -> Message:
    """Return from which month to which some months are."""
    return Message("{first:%Y-%m} to {last:%Y-%m}", first=months[0], last=months[-1])


def holdout_lines(holdout: HoldoutEvaluation, spec: Spec, incumbent: Incumbent | None) -> list[str]:
    """Return the section on the evaluation of the same recipe on later months, beside the champion's."""
    text = Message(
        "The same recipe, fitted on what was known on {day:%Y-%m-%d}, evaluated on {months}. Intervals (95 %) are of a "
        "bootstrap of whole agents.",
        day=holdout.origin.month_end,
        months=span(holdout.origin.scored_months),
    )
    largest = holdout.single_feature_aucs.head(SINGLE_FEATURES_SHOWN)
    single_features = joined(", ", [f"`{name}` {value:.2f}" for name, value in largest.items()])
    images = [
        joined("", ("![", title, "](", Phrase(f"{name}.svg", f"{name}.zh.svg"), ")")) for name, title in TITLES.items()
    ]
    return [
        *("## " + Message("Holdout evaluation"), "", text, ""),
        "### " + Message("{headline} months ahead, the headline", headline=spec.headline),
        *("", *_headline(holdout, spec, incumbent)),
        *(line for image in images for line in ("", image)),
        *("", "### " + Message("Other horizons"), "", *_other_horizons(holdout, spec)),
        *("", "### " + Message("Month by month"), "", *_months(holdout, spec)),
        *("", "### " + Message("Lead time"), ""),
        *lead_time_lines(holdout.lead_time, capacity_share=spec.capacity_share),
        "",
        Message("Largest AUC of a single feature by itself, at any horizon: {features}.", features=single_features),
    ]


def groups_lines(groups: pd.DataFrame) -> list[str]:
    """Return the section on sites, roles and tenure bands."""
    is_few = groups["verdict"] == TOO_FEW
    rows = [
        (
            *(named(r.level, LEVELS), crossed(r.unit, GROUPS), f"{r.people:.0f}", f"{r.events:.0f}"),
            *(f"{r.ratio:.2f}", _range_of(r.low, r.high), f"{r.auc:.2f}", named(r.verdict, VERDICTS)),
        )
        for r in groups[~is_few].itertuples()
    ]
    text = Message(
        "Observed over expected resignations, and where chance may put a perfect model's, in all groups together. "
        "A group of under {people} people, or in which fewer than {events} people both resigned and were "
        "expected to, is too few, which is no pass.",
        people=MIN_PEOPLE,
        events=MIN_EVENTS,
    )
    small_groups = [
        Message(
            "- too few, {level}: {groups}",
            level=named(level, LEVELS),
            groups=cell(joined(", ", [crossed(unit, GROUPS) for unit in units])),
        )
        for level, units in groups[is_few].groupby("level", sort=False)["unit"]
    ]
    head = (
        *(Message("level"), Message("group"), Message("people"), Message("people who resigned")),
        *(Message("observed over expected"), Message("by chance"), "AUC", Message("verdict")),
    )
    return ["## " + Message("Subgroups"), "", text, "", *table(head, rows), "", *small_groups]


def _range_of(low: Any, high: Any) -> Message:
    """Return a range of ratios."""
    return Message("{low:.2f} to {high:.2f}", low=low, high=high)


def _headline(holdout: HoldoutEvaluation, spec: Spec, incumbent: Incumbent | None) -> list[str]:
    """Return the table of the headline: the model beside its baselines and the champion's recipe."""
    metrics = _metrics_with_champion(holdout, incumbent)
    headline = metrics[metrics["horizon_months"] == spec.headline]
    models = [spec.name, *(model for model in headline["model"].unique() if model != spec.name)]
    rows = [
        (named(name, METRICS), *(_value(headline, name, model) for model in models))
        for name in headline["metric"].unique()
    ]
    own_name = Phrase(words(spec.name), "本模型")
    return table((Message("figure"), own_name, *(named(model, MODELS) for model in models[1:])), rows)


def _metrics_with_champion(holdout: HoldoutEvaluation, incumbent: Incumbent | None) -> pd.DataFrame:
    """Return the metrics, with those of the champion's recipe added if it differs from the model's."""
    own_metrics = holdout.backtest.metrics
    if incumbent is None or incumbent.backtest is holdout.backtest:
        return own_metrics
    champion_metrics = incumbent.backtest.metrics
    is_champion = champion_metrics["model"] == incumbent.fitted.spec.name
    return pd.concat([own_metrics, champion_metrics[is_champion].assign(model=CHAMPION_RECIPE)], ignore_index=True)


def _other_horizons(holdout: HoldoutEvaluation, spec: Spec) -> list[str]:
    metrics = holdout.backtest.metrics
    own = metrics[(metrics["model"] == spec.name) & (metrics["horizon_months"] != spec.headline)]
    names, horizons = own["metric"].unique(), own["horizon_months"].unique()
    rows = [
        (named(name, METRICS), *(_value(own[own["horizon_months"] == h], name, spec.name) for h in horizons))
        for name in names
    ]
    return table((Message("figure"), *map(months_ahead, horizons)), rows)


def _months(holdout: HoldoutEvaluation, spec: Spec) -> list[str]:
    months = holdout.backtest.months
    own = months[(months["model"] == spec.name) & (months["horizon_months"] == spec.headline)]
    rows = [
        (f"{r.as_of:%Y-%m}", f"{r.rows:,}", f"{r.events}", f"{r.auc:.3f}", f"{r.expected:.2%}", f"{r.observed:.2%}")
        for r in own.itertuples()
    ]
    agents = Phrase("agents", "座席数")
    head = (Message("month"), agents, Message("resigned"), "AUC", Message("expected"), Message("observed"))
    return table(head, rows)


def _value(metrics: pd.DataFrame, metric: str, model: str) -> str:
    rows = metrics[(metrics["metric"] == metric) & (metrics["model"] == model)]
    if rows.empty or pd.isna(rows["value"].iloc[0]):
        return Message("not evaluated")
    row = rows.iloc[0]
    if pd.isna(row["low"]):
        return f"{row['value']:.3f}"
    return Message("{value:.3f} ({low:.3f} to {high:.3f})", value=row["value"], low=row["low"], high=row["high"])
