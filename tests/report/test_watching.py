"""What was watched stands in the centre's report and on a page of its own, with what to do, and without few people."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from attrition.data.terms import LANGUAGES
from attrition.features.declare import Feature
from attrition.monitor.alarm import KINDS, Alarm
from attrition.monitor.watch import RetrainAdvice, Watch
from attrition.report.alarm_sentences import alarm_sentence
from attrition.report.figures.month_figures import MonthFigures
from attrition.report.formatter import Formatter
from attrition.report.monitor_page import MonitorInputs, alarm_help, monitor_page
from attrition.report.section_page import section_body
from attrition.report.sections.watching import SECTION
from attrition.report.translations import translations

AUGUST = pd.Timestamp("2026-08-31")
FIGURES = {"observed": 6.0, "expected": 20.0, "ratio": 0.3, "low": "2026-08", "high": "2026-08", "held": 0.1}
FIGURES |= {
    "promised": 0.4,
    "features": 12,
    "moved": ["pay_base"],
    "gain": 0.2,
    "index": 0.4,
    "share": 0.3,
    "limit": 0.1,
}
EMPTY = pd.DataFrame()


def alarm(kind: str) -> Alarm:
    subject = {"inputs": "pay", "blanks": "pay", "scores": "risk_3m", "site_level": "Wuhan"}.get(kind, "")
    return Alarm(kind=kind, subject=subject, since=AUGUST, figures=FIGURES)  # type: ignore[arg-type]


def watch(*alarms: Alarm, months: int = 4) -> Watch:
    retrain = RetrainAdvice(
        is_warranted=bool(alarms), months=months, resignations=60, needed_months=3, needed_resignations=30
    )
    level = {"level": "centre", "unit": "centre", "as_of": [AUGUST], "headcount": 300, "expected": 8.0, "observed": 6.0}
    level |= {"low": 3.0, "high": 14.0, "evidence": 0.2, "is_alarm": False}
    family = {"family": ["pay"], "measure": "values", "features": 12, "gain": 0.2, "since": AUGUST, "largest": 0.4}
    feature = {"feature": ["pay_base"], "family": "pay", "measure": "values", "gain": 0.2, "as_of": AUGUST}
    return Watch(
        as_of=pd.Timestamp("2026-10-31"),
        version="2",
        fitted_at=pd.Timestamp("2026-05-31"),
        level=pd.DataFrame(level),
        listed=EMPTY,
        inputs=pd.DataFrame(feature | {"agents": 300, "amount": 0.4, "limit": 0.25, "is_over": True}),
        families=pd.DataFrame(family | {"moved": [["pay_base"]], "is_alarm": True}),
        scores=EMPTY,
        abstained=EMPTY,
        alarms=alarms,
        retrain=retrain,
    )


def page(watched: Watch, lang: str) -> str:
    features = [Feature(name="pay_base", family="pay", lever="pay", en="base pay", zh="基本工资", unit="money")]
    inputs = MonitorInputs(
        site="Wuhan",
        mode="individual",
        watch=watched,
        features=features,
        smallest_group=10,
        months_between=24.0,
        moved_share=0.05,
    )
    return monitor_page(inputs, lang, other="other.html")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_alarm_has_a_sentence_in_both_languages_and_a_place_that_says_what_to_do(kind: str) -> None:
    sentence = alarm_sentence(alarm(kind), smallest_group=10)
    html = page(watch(alarm(kind)), "en")
    assert sentence.isascii()
    assert not sentence.zh.isascii()
    assert f'href="#{kind}"' in html
    assert f'<h3 id="{kind}">' in html


def test_six_people_are_named_by_their_share_alone() -> None:
    sentence = alarm_sentence(alarm("level"), smallest_group=10)
    assert sentence == "since 2026-08 about 70% fewer people resigned than expected"
    assert "(6, not 20)" in alarm_sentence(alarm("level"), smallest_group=5)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_without_alarm_says_so_and_one_with_proposes_a_retrain(lang: str) -> None:
    text = translations(lang)
    quiet, loud = page(watch(), lang), page(watch(alarm("inputs")), lang)
    assert text("mon.quiet") in quiet
    assert "attrition retrain" not in quiet.partition("part-todo")[0]
    assert "<code>attrition retrain</code>" in loud
    assert {"en": "base pay", "zh": "基本工资"}[lang] in loud


def test_a_retrain_that_would_learn_too_little_is_not_proposed() -> None:
    html = page(watch(alarm("level"), months=1), "en")
    assert "A retrain would learn too little yet" in html
    assert "A retrain is proposed" not in html


def test_help_is_there_for_every_kind_and_language() -> None:
    assert [part["kind"] for part in alarm_help("zh")] == list(KINDS)


def section(month: MonthFigures, watching: dict[str, object] | None) -> str:
    formatter = Formatter(translations("en"), "CNY")
    watched = replace(month, inputs=replace(month.inputs, watching=watching))
    return str(section_body(SECTION, watched, formatter, {"text": formatter.text, "formatter": formatter}))


def test_the_report_names_an_alarm_and_where_to_read_on(month: MonthFigures) -> None:
    retrain = {"is_proposed": True, "is_warranted": True, "months": 4, "needed_months": 3, "needed_resignations": 30}
    html = section(month, {"alarms": [{"en": "pay moved", "zh": ""}], "notes": [], "retrain": retrain})
    assert "<li>pay moved</li>" in html
    assert "A new training is proposed" in html
    assert "page of monitoring" in html
    assert "attrition " not in html


def test_a_month_that_was_not_watched_says_so(month: MonthFigures) -> None:
    assert "Nothing was watched for this month" in section(month, None)


def test_tables_of_a_watch_are_written_with_plain_names() -> None:
    assert watch().tables["families"]["moved"].tolist() == ["pay_base"]
    assert "list" not in replace(watch(), listed=EMPTY).tables
