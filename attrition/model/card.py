"""The model card as Markdown: first the text that people write (models/<name>.md), then the figures of one version.

It is made once for each language: from the same figures, by the same lines, which are messages of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.data.people.protection import mode_sentence
from attrition.data.phrase import Phrase
from attrition.data.quality import SET_ASIDE
from attrition.data.terms import LANGUAGES, Language
from attrition.message import Message, catalogue_of, in_words, joined
from attrition.model.card_fairness import fairness_lines
from attrition.model.card_files import STEMS, prose_file
from attrition.model.card_fit import features_lines, fit_lines, rungs_lines
from attrition.model.card_holdout import groups_lines, holdout_lines, span
from attrition.model.card_power import power_lines
from attrition.model.card_words import STATUSES, named, table_name
from attrition.model.check import FAILED, check_name, verdict_sentences
from attrition.model.data_limits import data_limits
from attrition.model.markdown import cell, in_a_row, table
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

OTHER_CARD = Phrase("[中文模型卡](card.zh.md)", "[Model card in English](card.md)")
NOT_WRITTEN = Message(
    "Nobody has written this half yet: purpose, forbidden uses, who is at risk, the label, the limits."
)
RANGE_OF_A_RISK = Message(
    "The range of a single risk is meant to hold 90 % of true risks. No centre can check that, since nobody's true "
    "risk is ever seen: it was tried on synthetic centres (models/resignation.md)."
)


@dataclass(frozen=True)
class ModelCard:
    """The content of the model card of one registered version.

    Attributes
    ----------
    version : str
        Its number.
    prose : mapping of str to str
        What people wrote, by language: ``models/<name>.md`` in English, ``models/<name>.zh.md`` in Chinese; empty if
        nobody has written anything.
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
        Numbers of ``agent_months``, ``agents`` and ``months`` of the whole panel.
    panel_facts : mapping
        `attrition.model.panel.Panel.provenance`: ``site``, ``data_ends``, ``newest`` and ``assumptions`` are used.
    quality : DataFrame
        table, rule (rule_zh in Chinese), rows that the rule excluded or repaired.
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
    prose: Mapping[Language, str]
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


def render_card(card: ModelCard, language: Language = "en") -> str:
    """Return the card as Markdown, with links to the figures: ``calibration.svg``, in Chinese ``calibration.zh.svg``.

    It contains no agent id, and of groups that are too small only their names.
    """
    title = Message("Figures of version {version}", version=card.version)
    lines = [
        "# " + card_title(card),
        "",
        OTHER_CARD,
        "",
        *_summary(card),
        "",
        *_prose(card, language),
        "",
        "# " + title,
    ]
    parts = (
        _data(card),
        fit_lines(card.fitted, card.treated_labels),
        features_lines(card.fitted),
        *(_on_later_months(card, card.evaluation) if card.evaluation else ()),
        *(part(card) for part in (_limits, _checks)),
        rungs_lines(card.rungs),
        _made_from(card),
    )
    figures = [line for part in parts for line in ("", *part)]
    catalogue = catalogue_of(language)
    return "\n".join(in_words(line, catalogue) for line in [*lines, *figures]) + "\n"


def card_title(card: ModelCard) -> Message:
    """Return the title of a card and of its page, with the model's name as code."""
    return Message("Model card: `{name}`, version {version}", name=card.fitted.spec.name, version=card.version)


def _on_later_months(card: ModelCard, evaluation: HoldoutEvaluation) -> Iterator[list[str]]:
    """Yield the sections that only a model that was evaluated on later months has."""
    yield holdout_lines(evaluation, card.fitted.spec, card.incumbent)
    yield groups_lines(card.groups)
    yield fairness_lines(card.fairness, card.way_out)


def _summary(card: ModelCard) -> list[str]:
    examined = Message("not evaluated, since history is too short to hold months out")
    if card.evaluation is not None:
        examined = Message("evaluated on {months}", months=span(card.evaluation.origin.scored_months))
    form = RUNG_WORDS[card.fitted.rung]
    what = Message(
        "{form}, fitted on what was known on {day:%Y-%m-%d} at {site}; {examined}. The registry says which version "
        "scores.",
        form=Phrase(form.en.capitalize(), form.zh),
        day=card.fitted.fitted_at,
        site=card.panel_facts["site"]["name"],
        examined=examined,
    )
    # Markdown sees the end of bold type only before a space, a line's end or a sign, so the verdict stands last.
    return [
        in_a_row(what, joined("", ("**", verdict_sentences(card.checks), "**"))),
        *(["", Phrase(card.caveat.en, card.caveat.zh)] if card.caveat.en else []),
        *["", Phrase(*(mode_sentence(card.fitted.mode, language) for language in LANGUAGES))],
    ]


def _prose(card: ModelCard, language: Language) -> list[str]:
    """Return what people wrote in the language, else in the other with a line that says so; links lead to the cards."""
    written = [name for name in (language, *LANGUAGES) if name in card.prose]
    if not written:
        return [NOT_WRITTEN]
    name, text = card.fitted.spec.name, card.prose[written[0]].strip()
    files = {of: prose_file(name, of) for of in LANGUAGES}
    for of, file in files.items():
        text = text.replace(f"]({file}", f"]({STEMS[of]}.md")
    if written[0] == language:
        return [text]
    lacking = Message(
        "This half is not written in {language} (`{file}` would hold it); it follows in the language it is written in.",
        language=Phrase("English", "中文"),
        file=f"models/{files[language]}",
    )
    return [lacking, "", text]


def _data(card: ModelCard) -> list[str]:
    newest = [(table_name(name), day or Message("not supplied")) for name, day in card.panel_facts["newest"].items()]
    excluded = card.quality[card.quality["rule"].str.startswith(SET_ASIDE) & (card.quality["rows"] > 0)]
    text = Message(
        "{agent_months:,} agent-months at risk of {agents:,} agents in {months} months; the data end on {data_ends}. "
        "SHA-256 of the panel's values: `{sha256}`.",
        **card.counts,
        data_ends=card.panel_facts["data_ends"],
        sha256=card.made_from["panel_sha256"],
    )
    files = [
        (entry["path"], f"{entry['rows']:,}", f"`{entry['sha256'][:16]}`" if entry["sha256"] else Message("none"))
        for entry in card.made_from["manifest"]
    ]
    rules = [(table_name(r.table), Phrase(*_reason(r.rule, r.rule_zh)), f"{r.rows:,}") for r in excluded.itertuples()]
    return [
        *("## " + Message("Data and dates"), "", text, ""),
        *([] if card.fitted.sample is None else [card.fitted.sample.sentence, ""]),
        *table((Message("table"), Message("newest row")), newest),
        *("", Message("Inputs:"), ""),
        *table((Message("file"), Message("rows"), Message("SHA-256, first 16 letters")), files),
        *("", "### " + Message("Exclusions"), ""),
        *table((Message("table"), Message("rows set aside because"), Message("rows")), rules),
    ]


def _reason(rule: object, rule_zh: object) -> tuple[str, str]:
    """Return why rows were set aside, in English and Chinese."""
    return str(rule).removeprefix(SET_ASIDE), str(rule_zh).removeprefix(SET_ASIDE.zh)


def _limits(card: ModelCard) -> list[str]:
    waived = [
        Message("waived: {name}, since {why}", name=name, why=why)
        for name, why in card.fitted.spec.leakage.waivers.items()
    ]
    notes = card.evaluation.notes if card.evaluation else ()
    limits = [*card.fitted.notes, *notes, *data_limits(card.panel_facts, card.evaluation), *waived]
    lines = ("- " + cell(line) for line in (RANGE_OF_A_RISK, *limits))
    return ["## " + Message("Limits of this version"), "", *lines]


def _checks(card: ModelCard) -> list[str]:
    rows = [
        (check_name(check.name), _status(check), Phrase(check.finding, check.finding_zh or check.finding))
        for check in card.checks
    ]
    head = (Message("check"), "", Message("finding"))
    return [
        *("## " + Message("Promotion criteria"), "", *table(head, rows), ""),
        *(power_lines(calibration_result(card.evaluation)) if card.evaluation else []),
    ]


def _status(check: Check) -> Message:
    status = named(check.status, STATUSES)
    return joined("", ("**", status, "**")) if check.status == FAILED else status


def _made_from(card: ModelCard) -> list[str]:
    provenance = card.made_from
    rows = [
        (Message("declaration"), f"`{provenance['declaration_sha256']}`"),
        (Message("code"), f"`{provenance['code_sha256']}`"),
        *((name, f"`{value}`") for name, value in provenance["locks"].items()),
    ]
    versions = joined(", ", [f"{name} {version}" for name, version in provenance["packages"].items()])
    machine = Message(
        "Python {python} on {machine}; {versions}.",
        python=provenance["python"],
        machine=provenance["machine"],
        versions=versions,
    )
    return ["## " + Message("Made from"), "", *table((Message("what"), "SHA-256"), rows), "", machine]
