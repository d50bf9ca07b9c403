"""Both languages say the same, and neither claims to know causes."""

from __future__ import annotations

import re
import string
from collections import Counter
from importlib import import_module
from typing import get_args

import pytest

from attrition.data.events import EventKind
from attrition.data.terms import LANGUAGES
from attrition.errors import UserError
from attrition.model.abstention import GONE, MISSING_INPUTS, NEW_SITE, STOPPED_SOURCE, TOO_NEW
from attrition.model.card_words import ATTRIBUTES, EVENTS, GROUPS, LEVELS, METRICS, MODELS, TABLES, VERDICTS
from attrition.model.check import CHECK_NAMES_ZH
from attrition.report.sections.meanings import GLOSSARY
from attrition.report.translations import MODULE_SUFFIXES, translations
from tests.model.broken import BROKEN

CAUSAL = {
    "en": r"\b(because|due to|leads? to|results? in|causes?|caused|causal|causing|reasons?|drives|prevents?)\b"
    r"|\b(effects? of|explains? why|makes? (them|agents|people)|will (resign|leave|stay|prevent))\b",
    "zh": "导致|造成|因为|引起|由于|使得|原因|致使|促使|将会离职|一定会|阻止|从而|效果",
}


def placeholders(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert translations("en").phrases.keys() == translations("zh").phrases.keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_phrase_stands_in_one_module(lang: str) -> None:
    names = [f"attrition.report.translations.{lang}{suffix}" for suffix in MODULE_SUFFIXES]
    keys = [key for name in names for key in import_module(name).PHRASES]
    assert [key for key, times in Counter(keys).items() if times > 1] == []


def test_both_languages_have_the_same_placeholders() -> None:
    en, zh = translations("en").phrases, translations("zh").phrases
    assert {key: placeholders(en[key]) for key in en} == {key: placeholders(zh[key]) for key in en}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_phrase_claims_a_cause(lang: str) -> None:
    causal = {
        key: text for key, text in translations(lang).phrases.items() if re.search(CAUSAL[lang], text, re.IGNORECASE)
    }
    assert causal == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_promotion_check_has_a_name_in_the_report(lang: str) -> None:
    assert {f"check.name.{name}" for name in BROKEN} <= translations(lang).phrases.keys()


def test_chinese_phrases_are_chinese() -> None:
    latin = {"g.auc", "lang.name"}
    plain = {key for key, text in translations("zh").phrases.items() if not re.search(r"[一-鿿]", text)}
    numbers = {
        key for key in plain if not re.search("[A-Za-z]{2}", re.sub(r"{\w+}", "", translations("zh").phrases[key]))
    }
    assert plain - numbers - latin == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_of_the_glossary_has_a_meaning(lang: str) -> None:
    say = translations(lang)
    assert all(f"g.{word}" in say and f"g.{word}.is" in say for word in GLOSSARY)


def test_an_unknown_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UserError, match='"en", "zh"'):
        translations("fr")


def test_a_site_s_own_band_keeps_its_name() -> None:
    assert translations("zh").name("band", "purple") == "purple"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_event_that_may_be_declared_has_a_name(lang: str) -> None:
    assert {f"event.{kind}" for kind in get_args(EventKind)} <= translations(lang).phrases.keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_not_to_score_has_words(lang: str) -> None:
    reasons = (TOO_NEW, NEW_SITE, MISSING_INPUTS, STOPPED_SOURCE, GONE)
    assert {f"abstain.{reason}" for reason in reasons} <= translations(lang).phrases.keys()


def test_what_a_form_of_model_did_not_pass_is_named_as_in_the_reports() -> None:
    phrases = translations("zh").phrases
    assert {name: phrases[f"check.name.{name}"] for name in CHECK_NAMES_ZH} == CHECK_NAMES_ZH


def test_a_model_card_has_the_words_of_the_reports() -> None:
    phrases = translations("zh").phrases
    kinds = {"metric": METRICS, "model": MODELS, "level": LEVELS, "value": GROUPS, "table": TABLES, "event": EVENTS}
    kinds |= {"paper.verdict": VERDICTS, "paper.attribute": ATTRIBUTES}
    shared = {f"{kind}.{name}": words for kind, names in kinds.items() for name, words in names.items()}
    both = shared.keys() & phrases.keys()
    assert {key.rpartition(".")[0] for key in both} == kinds.keys()
    assert {key: shared[key] for key in both} == {key: phrases[key] for key in both}
