"""The model card as Markdown: first the text that people write (models/<name>.md), then the figures of one version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.data.people.protection import mode_sentence
from attrition.model.card_fairness import fairness_lines
from attrition.model.card_fit import features_lines, fit_lines, rungs_lines
from attrition.model.card_lead_time import lead_time_lines
from attrition.model.card_power import power_lines
from attrition.model.check import FAILED, verdict_sentences
from attrition.model.data_limits import data_limits
from attrition.model.groups import MIN_EVENTS, MIN_PEOPLE, TOO_FEW
from attrition.model.markdown import cell, table, words
from attrition.model.promotion_criteria import calibration_result
from attrition.model.provisional import NOTHING_TO_SAY, Caveat
from attrition.model.rungs import RUNG_WORDS

if TYPE_CHECKING:
    from attrition.labels.treated_labels import TreatedLabels
    from attrition.model.check import Check
    from attrition.model.holdout import HoldoutEvaluation
    from attrition.model.ladder import ExaminedRung
    from attrition.model.promotion_criteria import Incumbent
    from attrition.model.risk import FittedRisk
    from attrition.model.stand_ins import WayOut

NOT_WRITTEN = "Nobody has written this half yet: purpose, forbidden uses, who is at risk, the label, the limits."
FIGURE_TITLES = {
    "calibration": "Are the risks right?",
    "capture": "Does the top of the list hold the leavers?",
    "months": "Is the level right month by month?",
    "groups": "Is the level right in every group?",
}
RANGE_OF_A_RISK = (
    "The range of a single risk is meant to hold 90 % of true risks. No centre can check that, since nobody's true "
    "risk is ever seen: it was tried on synthetic centres (models/resignation.md)."
)
SINGLE_FEATURES_SHOWN = 5
CHAMPION_RECIPE = "champion_recipe"


@dataclass(frozen=True)
class ModelCard:
    """The content of the model card of one registered version.

    Attributes
    ----------
    version : str
        Its number.
    prose : str or None
        The text of ``models/<name>.md``; None if nobody has written it.
    fitted, evaluation
        The model, and the results of the same recipe on later months.
    checks : sequence of Check
        The results of the promotion criteria.
    caveat : Caveat
        What could not be shown of it, if it scores where there is no champion.
    rungs : sequence of ExaminedRung
        The forms of model that were examined, the richest first, and why each was left or chosen.
    groups : DataFrame
        From `attrition.model.promotion_criteria.group_calibration`; empty without an evaluation.
    counts : mapping of str to int
        Numbers of ``agent_months``, ``agents`` and ``months`` of the panel.
    panel_facts : mapping
        `attrition.model.panel.Panel.provenance`: ``site``, ``data_ends``, ``newest`` and ``assumptions`` are used.
    quality : DataFrame
        table, rule, rows that the rule excluded or repaired.
    made_from : mapping
        From `attrition.model.provenance.made_from`.
    incumbent : Incumbent, optional
        The champion it was compared with.
    fairness : DataFrame
        From `attrition.model.fairness`; empty where a site supplies no protected attribute.
    way_out : WayOut, optional
        From `attrition.model.stand_ins.way_out`, where a figure of a protected group is off.
    treated_labels : TreatedLabels, optional
        How many labels are of agents who received an intervention, which may have changed their label.
    """

    version: str
    prose: str | None
    fitted: FittedRisk
    evaluation: HoldoutEvaluation | None
    checks: Sequence[Check]
    groups: pd.DataFrame
    counts: Mapping[str, int]
    panel_facts: Mapping[str, Any]
    quality: pd.DataFrame
    made_from: Mapping[str, Any]
    caveat: Caveat = NOTHING_TO_SAY
    rungs: Sequence[ExaminedRung] = ()
    incumbent: Incumbent | None = None
    fairness: pd.DataFrame = field(default_factory=pd.DataFrame)
    way_out: WayOut | None = None
    treated_labels: TreatedLabels | None = None

    @property
    def holdout(self) -> HoldoutEvaluation:
        """Return the evaluation, where history was long enough for one."""
        if self.evaluation is None:
            raise ValueError("no months were held out")
        return self.evaluation


def render_card(card: ModelCard) -> str:
    """Return the card as Markdown, with links to the figures: ``calibration.svg``, ``capture.svg`` and so on.

    It contains no agent id, and of groups that are too small only their names.
    """
    spec = card.fitted.spec
    heading = [f"# Model card: `{spec.name}`, version {card.version}", "", *_summary(card), ""]
    parts = (
        _data(card),
        fit_lines(card.fitted, card.treated_labels),
        features_lines(card.fitted),
        *(part(card) for part in ((_holdout, _groups) if card.evaluation else ())),
        *([fairness_lines(card.fairness, card.way_out)] if card.evaluation else []),
        *(part(card) for part in (_limits, _checks)),
        rungs_lines(card.rungs),
        _made_from(card),
    )
    figures = [line for part in parts for line in ("", *part)]
    prose = (card.prose or NOT_WRITTEN).strip()
    return "\n".join([*heading, prose, "", f"# Figures of version {card.version}", *figures]) + "\n"


def _summary(card: ModelCard) -> list[str]:
    examined = "not evaluated, since history is too short to hold months out"
    if card.evaluation is not None:
        months = card.evaluation.origin.scored_months
        examined = f"evaluated on {months[0]:%Y-%m} to {months[-1]:%Y-%m}"
    return [
        f"{RUNG_WORDS[card.fitted.rung].en.capitalize()}, fitted on what was known on {card.fitted.fitted_at:%Y-%m-%d} "
        f"at {card.panel_facts['site']['name']}; {examined}. **{verdict_sentences(card.checks)}** "
        f"The registry says which version scores.",
        *(["", f"{card.caveat.en} {card.caveat.zh}"] if card.caveat.en else []),
        *["", " ".join(mode_sentence(card.fitted.mode, language) for language in ("en", "zh"))],
    ]


def _data(card: ModelCard) -> list[str]:
    counts = card.counts
    newest = [(name, day or "not supplied") for name, day in card.panel_facts["newest"].items()]
    excluded = card.quality[card.quality["rule"].str.startswith("set aside") & (card.quality["rows"] > 0)]
    text = (
        f"{counts['agent_months']:,} agent-months at risk of {counts['agents']:,} agents in {counts['months']} months; "
        f"the data end on {card.panel_facts['data_ends']}. SHA-256 of the panel's values: "
        f"`{card.made_from['panel_sha256']}`."
    )
    files = [
        (entry["path"], f"{entry['rows']:,}", f"`{(entry['sha256'] or 'none')[:16]}`")
        for entry in card.made_from["manifest"]
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


def _holdout(card: ModelCard) -> list[str]:
    holdout, spec = card.holdout, card.fitted.spec
    months = holdout.origin.scored_months
    text = (
        f"The same recipe, fitted on what was known on {holdout.origin.month_end:%Y-%m-%d}, "
        f"evaluated on {months[0]:%Y-%m} to {months[-1]:%Y-%m}. Intervals (95 %) are of a bootstrap of whole agents."
    )
    metrics = _metrics_with_champion(card)
    headline = metrics[metrics["horizon_months"] == spec.headline]
    models = [spec.name, *(model for model in headline["model"].unique() if model != spec.name)]
    names = headline["metric"].unique()
    rows = [(words(name), *(_value(headline, name, model) for model in models)) for name in names]
    single_features = ", ".join(
        f"`{name}` {value:.2f}" for name, value in holdout.single_feature_aucs.head(SINGLE_FEATURES_SHOWN).items()
    )
    return [
        *("## Holdout evaluation", "", text, "", f"### {spec.headline} months ahead, the headline", ""),
        *table(("figure", *map(words, models)), rows),
        *(line for name, title in FIGURE_TITLES.items() for line in ("", f"![{title}]({name}.svg)")),
        *("", "### Other horizons", ""),
        *_other_horizons(card),
        *("", "### Month by month", ""),
        *_months(card),
        *("", "### Lead time", ""),
        *lead_time_lines(holdout.lead_time, capacity_share=spec.capacity_share),
        *("", f"Largest AUC of a single feature by itself, at any horizon: {single_features}."),
    ]


def _metrics_with_champion(card: ModelCard) -> pd.DataFrame:
    """Return the metrics, with those of the champion's recipe added if it differs from the model's."""
    own_metrics = card.holdout.backtest.metrics
    if card.incumbent is None or card.incumbent.backtest is card.holdout.backtest:
        return own_metrics
    champion_metrics = card.incumbent.backtest.metrics
    is_champion = champion_metrics["model"] == card.incumbent.fitted.spec.name
    return pd.concat([own_metrics, champion_metrics[is_champion].assign(model=CHAMPION_RECIPE)], ignore_index=True)


def _other_horizons(card: ModelCard) -> list[str]:
    spec, metrics = card.fitted.spec, card.holdout.backtest.metrics
    own = metrics[(metrics["model"] == spec.name) & (metrics["horizon_months"] != spec.headline)]
    names, horizons = own["metric"].unique(), own["horizon_months"].unique()
    rows = [
        (words(name), *(_value(own[own["horizon_months"] == h], name, spec.name) for h in horizons)) for name in names
    ]
    return table(("figure", *("1 month" if h == 1 else f"{h} months" for h in horizons)), rows)


def _months(card: ModelCard) -> list[str]:
    spec, months = card.fitted.spec, card.holdout.backtest.months
    own = months[(months["model"] == spec.name) & (months["horizon_months"] == spec.headline)]
    rows = [
        (f"{r.as_of:%Y-%m}", f"{r.rows:,}", f"{r.events}", f"{r.auc:.3f}", f"{r.expected:.2%}", f"{r.observed:.2%}")
        for r in own.itertuples()
    ]
    return table(("month", "agents", "resigned", "AUC", "expected", "observed"), rows)


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
        "Observed over expected resignations, and where chance may put a perfect model's, in all groups together. "
        f"A group of under {MIN_PEOPLE} people, or in which fewer than {MIN_EVENTS} people both resigned and were "
        "expected to, is too few, which is no pass."
    )
    small_groups = [
        f"- too few, {words(level)}: {cell(', '.join(units))}"
        for level, units in card.groups[is_few].groupby("level", sort=False)["unit"]
    ]
    header = (
        "level",
        "group",
        "people",
        "people who resigned",
        "observed over expected",
        "by chance",
        "AUC",
        "verdict",
    )
    return ["## Subgroups", "", text, "", *table(header, rows), "", *small_groups]


def _limits(card: ModelCard) -> list[str]:
    waived = [f"waived: {name}, since {why}" for name, why in card.fitted.spec.leakage.waivers.items()]
    notes = card.evaluation.notes if card.evaluation else ()
    limits = [*card.fitted.notes, *notes, *data_limits(card.panel_facts, card.evaluation), *waived]
    return ["## Limits of this version", "", *(f"- {cell(line)}" for line in (RANGE_OF_A_RISK, *limits))]


def _checks(card: ModelCard) -> list[str]:
    words_of_status = {FAILED: f"**{FAILED}**"}
    rows = [(check.name, words_of_status.get(check.status, check.status), check.finding) for check in card.checks]
    return [
        *("## Promotion criteria", "", *table(("check", "", "finding"), rows), ""),
        *(power_lines(calibration_result(card.evaluation)) if card.evaluation else []),
    ]


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
    row = rows.iloc[0]
    interval = "" if pd.isna(row["low"]) else f" ({row['low']:.3f} to {row['high']:.3f})"
    return f"{row['value']:.3f}{interval}"
