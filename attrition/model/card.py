"""The model's card as Markdown: the half that people write, and below it what was measured of this version."""

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
    from attrition.model.bar import Check, Rival
    from attrition.model.examine import Examination
    from attrition.model.risk import FittedRisk

NOT_WRITTEN = "Nobody has written this half yet: purpose, forbidden uses, who is at risk, the label, the limits."
DRAWINGS = {
    "calibration": "Are the risks right?",
    "capture": "Does the top of the list hold the leavers?",
    "months": "Is the level right month by month?",
    "groups": "Is the level right in every group?",
}
ALONE_SHOWN = 5
CHAMPIONS_RECIPE = "champion_recipe"


@dataclass(frozen=True)
class Claim:
    """All that a card says about one version.

    Attributes
    ----------
    version : str
        In the registry.
    prose : str or None
        The half that people write, ``models/<name>.md``.
    fitted, examination, checks
        The model, how it was examined, and how it stood against the bar.
    groups : DataFrame
        From `attrition.model.bar.groups_table`.
    counts : mapping of str to int
        Agent-months, agents and months of the panel.
    about : mapping
        What is known about the panel: ``site``, ``data_ends``, ``newest``, ``assumptions``.
    quality : DataFrame
        table, rule, rows: what was set aside and repaired.
    made_from : mapping
        From `attrition.model.provenance.made_from`.
    rival : Rival, optional
        The champion it was held against.
    treated_labels : TreatedLabels, optional
        How many of the headline's labels help may have moved.
    """

    version: str
    prose: str | None
    fitted: FittedRisk
    examination: Examination
    checks: Sequence[Check]
    groups: pd.DataFrame
    counts: Mapping[str, int]
    about: Mapping[str, Any]
    quality: pd.DataFrame
    made_from: Mapping[str, Any]
    rival: Rival | None = None
    treated_labels: TreatedLabels | None = None


def card(claim: Claim) -> str:
    """Write the card; no agent is named in it, and of small groups nothing but their name is told.

    Returns
    -------
    str
        Markdown with tables. Drawings are linked as ``calibration.svg`` and so on.
    """
    spec = claim.fitted.spec
    head = [f"# Model card: `{spec.name}`, version {claim.version}", "", *_verdict(claim), ""]
    parts = (_data, _fit, _features, _examination, _groups, _limits, _checks, _made_from)
    measured = [line for part in parts for line in ("", *part(claim))]
    prose = (claim.prose or NOT_WRITTEN).strip()
    return "\n".join([*head, prose, "", f"# What was measured of version {claim.version}", *measured]) + "\n"


def _verdict(claim: Claim) -> list[str]:
    missed = [check.name for check in claim.checks if not check.passed]
    stood = "It met every check of its bar." if not missed else f"It missed its bar: {'; '.join(missed)}."
    months = claim.examination.origin.scored
    return [
        f"Fitted on what was known on {claim.fitted.at:%Y-%m-%d} at {claim.about['site']['name']}; examined on "
        f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}. **{stood}** The registry says which version scores."
    ]


def _data(claim: Claim) -> list[str]:
    counts = claim.counts
    newest = [(name, day or "not supplied") for name, day in claim.about["newest"].items()]
    aside = claim.quality[claim.quality["rule"].str.startswith("set aside") & (claim.quality["rows"] > 0)]
    said = (
        f"{counts['agent_months']:,} agent-months at risk of {counts['agents']:,} agents in {counts['months']} months; "
        f"the data end on {claim.about['data_ends']}. SHA-256 of what the panel says: "
        f"`{claim.made_from['panel_sha256']}`."
    )
    files = [
        (one["path"], f"{one['rows']:,}", f"`{(one['sha256'] or 'none')[:16]}`") for one in claim.made_from["manifest"]
    ]
    return [
        *("## Data and dates", "", said, ""),
        *table(("table", "newest row"), newest),
        *("", "Inputs:", ""),
        *table(("file", "rows", "SHA-256, first 16 letters"), files),
        *("", "### Exclusions", ""),
        *table(
            ("table", "rows set aside because", "rows"),
            [(r.table, str(r.rule).removeprefix("set aside: "), f"{r.rows:,}") for r in aside.itertuples()],
        ),
    ]


def _fit(claim: Claim) -> list[str]:
    model = claim.fitted.resigning
    windows = ", ".join(str(months) for months in claim.fitted.spec.trees.learn_from)
    said = (
        f"Trees that learn from resignations within {windows} months, on {model.rows:,} agent-months from "
        f"{model.months[0]} to {model.months[-1]}; {model.events:,} of them resigned within the longest window known."
    )
    rows = [
        (
            f"{horizon} months",
            f"{level.slope:.2f}, {level.intercept:+.2f}",
            f"{level.months[0]} to {level.months[-1]}" if level.months else "none",
            f"{level.rows:,}",
            f"{level.events:,}",
        )
        for horizon, level in model.levels.items()
    ]
    head = ("horizon", "slope, intercept", "calibrated on", "agent-months", "resigned")
    helped = [] if claim.treated_labels is None else ["", claim.treated_labels.sentence]
    return ["## What it was fitted on", "", said, "", *table(head, rows), *helped]


def _features(claim: Claim) -> list[str]:
    features = claim.fitted.features
    families = Counter(feature.family for feature in features)
    gain = claim.fitted.gain_shares()
    rising = {1: "rises", -1: "falls", 0: "free"}
    lines = [
        *("## Features by family", "", f"{len(features)} features:"),
        ", ".join(f"{family} {count}" for family, count in sorted(families.items())) + ".",
        *("", "`gain` is the share of what the trees gained by splitting on it; it is no cause.", ""),
    ]
    rows = [
        (f"`{one.name}`", one.family, one.en, one.zh, one.unit, rising[one.direction], f"{gain[one.name]:.1%}")
        for one in sorted(features, key=lambda one: (one.family, -gain[one.name], one.name))
    ]
    return [*lines, *table(("feature", "family", "says", "说明", "unit", "risk along it", "gain"), rows)]


def _examination(claim: Claim) -> list[str]:
    exam, spec = claim.examination, claim.fitted.spec
    months = exam.origin.scored
    said = (
        f"The same recipe, fitted on what was known on {exam.origin.at:%Y-%m-%d}, judged on {months[0]:%Y-%m} to "
        f"{months[-1]:%Y-%m}. Intervals (95 %) redraw whole agents."
    )
    metrics = _beside_the_champion(claim)
    headline = metrics[metrics["horizon_months"] == spec.headline]
    models = [spec.name, *(model for model in headline["model"].unique() if model != spec.name)]
    names = headline["metric"].unique()
    rows = [(words(name), *(_value(headline, name, model) for model in models)) for name in names]
    alone = ", ".join(f"`{name}` {value:.2f}" for name, value in exam.alone.head(ALONE_SHOWN).items())
    return [
        *("## Examination", "", said, "", f"### {spec.headline} months ahead, the headline", ""),
        *table(("figure", *map(words, models)), rows),
        *(line for name, title in DRAWINGS.items() for line in ("", f"![{title}]({name}.svg)")),
        *("", "### Other horizons", ""),
        *_other_horizons(claim),
        *("", "### Month by month", ""),
        *_months(claim),
        *("", "### Lead time", ""),
        *_lead_time(claim),
        *("", f"Largest AUC of a single feature by itself: {alone}."),
    ]


def _beside_the_champion(claim: Claim) -> pd.DataFrame:
    """Set the champion's recipe, where it is another one, beside the candidate and the baselines."""
    own = claim.examination.trial.metrics
    if claim.rival is None or claim.rival.trial is claim.examination.trial:
        return own
    theirs = claim.rival.trial.metrics
    theirs = theirs[theirs["model"] == claim.rival.fitted.spec.name].assign(model=CHAMPIONS_RECIPE)
    return pd.concat([own, theirs], ignore_index=True)


def _other_horizons(claim: Claim) -> list[str]:
    spec, metrics = claim.fitted.spec, claim.examination.trial.metrics
    own = metrics[(metrics["model"] == spec.name) & (metrics["horizon_months"] != spec.headline)]
    names, horizons = own["metric"].unique(), own["horizon_months"].unique()
    rows = [
        (words(name), *(_value(own[own["horizon_months"] == h], name, spec.name) for h in horizons)) for name in names
    ]
    return table(("figure", *("1 month" if h == 1 else f"{h} months" for h in horizons)), rows)


def _months(claim: Claim) -> list[str]:
    spec, months = claim.fitted.spec, claim.examination.trial.months
    own = months[(months["model"] == spec.name) & (months["horizon_months"] == spec.headline)]
    rows = [
        (f"{r.as_of:%Y-%m}", f"{r.rows:,}", f"{r.events}", f"{r.auc:.3f}", f"{r.expected:.2%}", f"{r.observed:.2%}")
        for r in own.itertuples()
    ]
    return table(("month", "agents", "resigned", "AUC", "expected", "observed"), rows)


def _lead_time(claim: Claim) -> list[str]:
    exam, spec = claim.examination, claim.fitted.spec
    found = exam.lead.set_index("metric").astype(float).to_dict("index")
    if not found["leavers"]["value"]:
        return ["Nobody resigned in the judged months."]

    def told(name: str, style: str) -> str:
        one = found[name]
        return f"{one['value']:{style}} ({one['low']:{style}} to {one['high']:{style}})"

    said = (
        f"Of {found['leavers']['value']:.0f} who resigned, {told('listed_before_share', '.0%')} had stood in the top "
        f"{spec.capacity_share:.0%} of a judged month before, for the first time {told('weeks_median', '.1f')} weeks "
        f"(the median) before they handed in their notice; a quarter of them {told('weeks_three_quarters', '.1f')} "
        "weeks or more. The first judged month may cut this short."
    )
    return [said]


def _groups(claim: Claim) -> list[str]:
    is_few = claim.groups["verdict"] == TOO_FEW
    rows = [
        (
            *(words(r.level), r.unit, f"{r.people}", f"{r.events}"),
            *(f"{r.ratio:.2f}", f"{r.low:.2f} to {r.high:.2f}", f"{r.auc:.2f}", r.verdict),
        )
        for r in claim.groups[~is_few].itertuples()
    ]
    said = (
        f"Resignations seen over resignations expected. Under {FEWEST_PEOPLE} people, or with fewer than "
        f"{FEWEST_EVENTS} resignations both seen and expected, a group is too few, and that is no pass."
    )
    few = [
        f"- too few, {words(level)}: {cell(', '.join(units))}"
        for level, units in claim.groups[is_few].groupby("level", sort=False)["unit"]
    ]
    head = ("level", "group", "people", "resigned", "observed over expected", "95 %", "AUC", "verdict")
    return ["## Subgroups", "", said, "", *table(head, rows), "", *few]


def _limits(claim: Claim) -> list[str]:
    waived = [f"waived: {name}, since {why}" for name, why in claim.fitted.spec.leakage.waivers.items()]
    said = [*claim.fitted.notes, *(said["en"] for said in claim.about["assumptions"]), *waived]
    return ["## Limits of this version", "", *(f"- {cell(line)}" for line in said or ["None beyond those above."])]


def _checks(claim: Claim) -> list[str]:
    rows = [(check.name, "met" if check.passed else "**missed**", check.said) for check in claim.checks]
    return ["## Every check of the bar", "", *table(("check", "", "found"), rows)]


def _made_from(claim: Claim) -> list[str]:
    origin = claim.made_from
    hashes = {key.removesuffix("_sha256"): origin[key] for key in ("declaration_sha256", "code_sha256")}
    rows = [(what, f"`{value}`") for what, value in (hashes | origin["locks"]).items()]
    versions = ", ".join(f"{name} {version}" for name, version in origin["packages"].items())
    return [
        *("## Made from", "", *table(("what", "SHA-256"), rows), ""),
        f"Python {origin['python']} on {origin['machine']}; {versions}.",
    ]


def _value(metrics: pd.DataFrame, metric: str, model: str) -> str:
    found = metrics[(metrics["metric"] == metric) & (metrics["model"] == model)]
    if found.empty or pd.isna(found["value"].iloc[0]):
        return "not judged"
    one = found.iloc[0]
    return f"{one['value']:.3f}" + ("" if pd.isna(one["low"]) else f" ({one['low']:.3f} to {one['high']:.3f})")
