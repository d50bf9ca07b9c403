"""The model card as Markdown: the half that people write, and below it the figures of this version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.model.groups import FEWEST_EVENTS, FEWEST_PEOPLE, TOO_FEW
from attrition.model.markdown import cell, table, words

if TYPE_CHECKING:
    from attrition.labels.treated_labels import TreatedLabels
    from attrition.model.holdout import HoldoutEvaluation
    from attrition.model.promotion_criteria import Check, Incumbent
    from attrition.model.risk import FittedRisk

NOT_WRITTEN = "Nobody has written this half yet: purpose, forbidden uses, who is at risk, the label, the limits."
DRAWINGS = {
    "calibration": "Are the risks right?",
    "capture": "Does the top of the list hold the leavers?",
    "months": "Is the level right month by month?",
    "groups": "Is the level right in every group?",
}
SINGLE_FEATURES_SHOWN = 5
CHAMPION_RECIPE = "champion_recipe"


@dataclass(frozen=True)
class ModelCard:
    """The content of a model card: one version, how it was evaluated, and what it was made from.

    Attributes
    ----------
    version : str
        In the registry.
    prose : str or None
        The half that people write, ``models/<name>.md``.
    fitted, evaluation, checks
        The model, its holdout evaluation, and the promotion criteria.
    groups : DataFrame
        From `attrition.model.promotion_criteria.group_calibration`.
    counts : mapping of str to int
        Agent-months, agents and months of the panel.
    about : mapping
        Facts about the panel: ``site``, ``data_ends``, ``newest``, ``assumptions``.
    quality : DataFrame
        table, rule, rows: what was excluded and repaired.
    made_from : mapping
        From `attrition.model.provenance.made_from`.
    incumbent : Incumbent, optional
        The champion it was compared with.
    treated_labels : TreatedLabels, optional
        How many of the headline's labels help may have moved.
    """

    version: str
    prose: str | None
    fitted: FittedRisk
    evaluation: HoldoutEvaluation
    checks: Sequence[Check]
    groups: pd.DataFrame
    counts: Mapping[str, int]
    about: Mapping[str, Any]
    quality: pd.DataFrame
    made_from: Mapping[str, Any]
    incumbent: Incumbent | None = None
    treated_labels: TreatedLabels | None = None


def render_card(card: ModelCard) -> str:
    """Return the card as Markdown; no agent is named in it, and small groups have a name and no figures.

    Returns
    -------
    str
        Markdown with tables. Figures are linked as ``calibration.svg`` and so on.
    """
    spec = card.fitted.spec
    head = [f"# Model card: `{spec.name}`, version {card.version}", "", *_summary(card), ""]
    parts = (_data, _fit, _features, _holdout, _groups, _limits, _checks, _made_from)
    measured = [line for part in parts for line in ("", *part(card))]
    prose = (card.prose or NOT_WRITTEN).strip()
    return "\n".join([*head, prose, "", f"# Figures of version {card.version}", *measured]) + "\n"


def _summary(card: ModelCard) -> list[str]:
    failed = [check.name for check in card.checks if not check.passed]
    verdict = f"It failed: {'; '.join(failed)}." if failed else "It passed every promotion criterion."
    months = card.evaluation.origin.scored
    return [
        f"Fitted on what was known on {card.fitted.at:%Y-%m-%d} at {card.about['site']['name']}; evaluated on "
        f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}. **{verdict}** The registry says which version scores."
    ]


def _data(card: ModelCard) -> list[str]:
    counts = card.counts
    newest = [(name, day or "not supplied") for name, day in card.about["newest"].items()]
    excluded = card.quality[card.quality["rule"].str.startswith("set aside") & (card.quality["rows"] > 0)]
    text = (
        f"{counts['agent_months']:,} agent-months at risk of {counts['agents']:,} agents in {counts['months']} months; "
        f"the data end on {card.about['data_ends']}. SHA-256 of the panel's values: "
        f"`{card.made_from['panel_sha256']}`."
    )
    files = [
        (one["path"], f"{one['rows']:,}", f"`{(one['sha256'] or 'none')[:16]}`") for one in card.made_from["manifest"]
    ]
    return [
        *("## Data and dates", "", text, ""),
        *table(("table", "newest row"), newest),
        *("", "Inputs:", ""),
        *table(("file", "rows", "SHA-256, first 16 letters"), files),
        *("", "### Exclusions", ""),
        *table(
            ("table", "rows set aside because", "rows"),
            [(r.table, str(r.rule).removeprefix("set aside: "), f"{r.rows:,}") for r in excluded.itertuples()],
        ),
    ]


def _fit(card: ModelCard) -> list[str]:
    model = card.fitted.resignations
    windows = ", ".join(str(months) for months in card.fitted.spec.trees.learn_from)
    text = (
        f"Trees trained on resignations within {windows} months, on {model.rows:,} agent-months from "
        f"{model.months[0]} to {model.months[-1]}; {model.events:,} of them resigned within the longest window known."
    )
    rows = [
        (
            f"{horizon} months",
            f"{one.slope:.2f}, {one.intercept:+.2f}",
            f"{one.months[0]} to {one.months[-1]}" if one.months else "none",
            f"{one.rows:,}",
            f"{one.events:,}",
        )
        for horizon, one in model.calibrators.items()
    ]
    head = ("horizon", "slope, intercept", "calibrated on", "agent-months", "resigned")
    treated = [] if card.treated_labels is None else ["", card.treated_labels.sentence]
    return ["## What it was fitted on", "", text, "", *table(head, rows), *treated]


def _features(card: ModelCard) -> list[str]:
    features = card.fitted.features
    families = Counter(feature.family for feature in features)
    gain = card.fitted.gain_shares()
    rising = {1: "rises", -1: "falls", 0: "free"}
    lines = [
        *("## Features by family", "", f"{len(features)} features:"),
        ", ".join(f"{family} {count}" for family, count in sorted(families.items())) + ".",
        *("", "`gain` is the feature's share of the gain of all splits; it says nothing about causes.", ""),
    ]
    rows = [
        (f"`{one.name}`", one.family, one.en, one.zh, one.unit, rising[one.direction], f"{gain[one.name]:.1%}")
        for one in sorted(features, key=lambda one: (one.family, -gain[one.name], one.name))
    ]
    return [*lines, *table(("feature", "family", "description", "说明", "unit", "risk along it", "gain"), rows)]


def _holdout(card: ModelCard) -> list[str]:
    holdout, spec = card.evaluation, card.fitted.spec
    months = holdout.origin.scored
    text = (
        f"The same recipe, fitted on what was known on {holdout.origin.at:%Y-%m-%d}, evaluated on {months[0]:%Y-%m} to "
        f"{months[-1]:%Y-%m}. Intervals (95 %) are of a bootstrap of whole agents."
    )
    metrics = _beside_the_champion(card)
    headline = metrics[metrics["horizon_months"] == spec.headline]
    models = [spec.name, *(model for model in headline["model"].unique() if model != spec.name)]
    names = headline["metric"].unique()
    rows = [(words(name), *(_value(headline, name, model) for model in models)) for name in names]
    alone = ", ".join(
        f"`{name}` {value:.2f}" for name, value in holdout.single_feature_aucs.head(SINGLE_FEATURES_SHOWN).items()
    )
    return [
        *("## HoldoutEvaluation", "", text, "", f"### {spec.headline} months ahead, the headline", ""),
        *table(("figure", *map(words, models)), rows),
        *(line for name, title in DRAWINGS.items() for line in ("", f"![{title}]({name}.svg)")),
        *("", "### Other horizons", ""),
        *_other_horizons(card),
        *("", "### Month by month", ""),
        *_months(card),
        *("", "### Lead time", ""),
        *_lead_time(card),
        *("", f"Largest AUC of a single feature by itself: {alone}."),
    ]


def _beside_the_champion(card: ModelCard) -> pd.DataFrame:
    """Return the metrics with those of the champion's recipe, where it is another one."""
    own = card.evaluation.backtest.metrics
    if card.incumbent is None or card.incumbent.backtest is card.evaluation.backtest:
        return own
    theirs = card.incumbent.backtest.metrics
    theirs = theirs[theirs["model"] == card.incumbent.fitted.spec.name].assign(model=CHAMPION_RECIPE)
    return pd.concat([own, theirs], ignore_index=True)


def _other_horizons(card: ModelCard) -> list[str]:
    spec, metrics = card.fitted.spec, card.evaluation.backtest.metrics
    own = metrics[(metrics["model"] == spec.name) & (metrics["horizon_months"] != spec.headline)]
    names, horizons = own["metric"].unique(), own["horizon_months"].unique()
    rows = [
        (words(name), *(_value(own[own["horizon_months"] == h], name, spec.name) for h in horizons)) for name in names
    ]
    return table(("figure", *("1 month" if h == 1 else f"{h} months" for h in horizons)), rows)


def _months(card: ModelCard) -> list[str]:
    spec, months = card.fitted.spec, card.evaluation.backtest.months
    own = months[(months["model"] == spec.name) & (months["horizon_months"] == spec.headline)]
    rows = [
        (f"{r.as_of:%Y-%m}", f"{r.rows:,}", f"{r.events}", f"{r.auc:.3f}", f"{r.expected:.2%}", f"{r.observed:.2%}")
        for r in own.itertuples()
    ]
    return table(("month", "agents", "resigned", "AUC", "expected", "observed"), rows)


def _lead_time(card: ModelCard) -> list[str]:
    spec = card.fitted.spec
    figures = card.evaluation.lead_time.set_index("metric").astype(float).to_dict("index")
    if not figures["leavers"]["value"]:
        return ["Nobody resigned in the evaluated months."]

    def figure(name: str, style: str) -> str:
        one = figures[name]
        return f"{one['value']:{style}} ({one['low']:{style}} to {one['high']:{style}})"

    text = (
        f"Of {figures['leavers']['value']:.0f} who resigned, {figure('listed_before_share', '.0%')} had been in the "
        f"top {spec.capacity_share:.0%} of an evaluated month before, for the first time "
        f"{figure('weeks_median', '.1f')} weeks (the median) before they handed in their notice; a quarter of them "
        f"{figure('weeks_three_quarters', '.1f')} weeks or more. The first evaluated month may cut this short."
    )
    return [text]


def _groups(card: ModelCard) -> list[str]:
    is_few = card.groups["verdict"] == TOO_FEW
    rows = [
        (
            *(words(r.level), r.unit, f"{r.people}", f"{r.events}"),
            *(f"{r.ratio:.2f}", f"{r.low:.2f} to {r.high:.2f}", f"{r.auc:.2f}", r.verdict),
        )
        for r in card.groups[~is_few].itertuples()
    ]
    text = (
        f"Observed over expected resignations. A group of under {FEWEST_PEOPLE} people, or with fewer than "
        f"{FEWEST_EVENTS} resignations both observed and expected, is too few, which is no pass."
    )
    few = [
        f"- too few, {words(level)}: {cell(', '.join(units))}"
        for level, units in card.groups[is_few].groupby("level", sort=False)["unit"]
    ]
    head = ("level", "group", "people", "resigned", "observed over expected", "95 %", "AUC", "verdict")
    return ["## Subgroups", "", text, "", *table(head, rows), "", *few]


def _limits(card: ModelCard) -> list[str]:
    waived = [f"waived: {name}, since {why}" for name, why in card.fitted.spec.leakage.waivers.items()]
    limits = [*card.fitted.notes, *(one["en"] for one in card.about["assumptions"]), *waived]
    return ["## Limits of this version", "", *(f"- {cell(line)}" for line in limits or ["None beyond those above."])]


def _checks(card: ModelCard) -> list[str]:
    rows = [(check.name, "passed" if check.passed else "**failed**", check.finding) for check in card.checks]
    return ["## Promotion criteria", "", *table(("check", "", "finding"), rows)]


def _made_from(card: ModelCard) -> list[str]:
    provenance = card.made_from
    hashes = {key.removesuffix("_sha256"): provenance[key] for key in ("declaration_sha256", "code_sha256")}
    rows = [(what, f"`{value}`") for what, value in (hashes | provenance["locks"]).items()]
    versions = ", ".join(f"{name} {version}" for name, version in provenance["packages"].items())
    return [
        *("## Made from", "", *table(("what", "SHA-256"), rows), ""),
        f"Python {provenance['python']} on {provenance['machine']}; {versions}.",
    ]


def _value(metrics: pd.DataFrame, metric: str, model: str) -> str:
    rows = metrics[(metrics["metric"] == metric) & (metrics["model"] == model)]
    if rows.empty or pd.isna(rows["value"].iloc[0]):
        return "not evaluated"
    one = rows.iloc[0]
    return f"{one['value']:.3f}" + ("" if pd.isna(one["low"]) else f" ({one['low']:.3f} to {one['high']:.3f})")
