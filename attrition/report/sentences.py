"""Sentences about drivers, with the agent's value and the peers', worded as each feature's declaration says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attrition.data.terms import PARTS

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.report.form import Form


def by_name(features: Sequence[Feature]) -> dict[str, Feature]:
    """Index features by name."""
    return {feature.name: feature for feature in features}


def phrase(name: str, features: Mapping[str, Feature], lang: str) -> str:
    """Look up the noun phrase of a feature, or its column name where nothing is declared."""
    feature = features.get(name)
    return name if feature is None else str(getattr(feature, lang))


def sentence(driver: Mapping[str, object], features: Mapping[str, Feature], form: Form) -> str:
    """Word one driver as a sentence with the agent's value and the peers'.

    Parameters
    ----------
    driver : mapping
        A row of ``drivers`` with ``feature``, ``value``, ``peer_value`` and, for text, ``category``, ``peer_category``;
        where ``is_uncertain`` is true, the sentence says so.
    features : mapping of str to Feature
        Declarations by name.
    form : Form
        Language and currency.

    Examples
    --------
    >>> from attrition.features.declare import Feature
    >>> from attrition.report.form import Form
    >>> from attrition.report.words import words
    >>> market = Feature(name="pay_market_ratio", family="pay", lever="pay", unit="ratio", measure="ratio_to_norm",
    ...                  en="base pay against the local market median", zh="基本工资与当地市场中位数之比",
    ...                  subject_en="base pay", subject_zh="基本工资",
    ...                  norm_en="the local market median", norm_zh="当地市场中位数")
    >>> row = {"feature": "pay_market_ratio", "value": 0.959, "peer_value": 1.003}
    >>> sentence(row, {"pay_market_ratio": market}, Form(words("en"), "CNY"))
    'Base pay is 4.1% below the local market median (peers: 0.3% above)'
    >>> sentence(row, {"pay_market_ratio": market}, Form(words("zh"), "CNY"))
    '基本工资比当地市场中位数低4.1%（同类座席：高0.3%）'
    """
    text = _plain(driver, features, form)
    return form.words("sentence.uncertain", sentence=text) if driver.get("is_uncertain") is True else text


def _plain(driver: Mapping[str, object], features: Mapping[str, Feature], form: Form) -> str:
    name = str(driver["feature"])
    feature = features.get(name)
    if feature is not None and feature.measure == "difference_from_peers":
        return _difference(driver, features.get(feature.compared, feature), form)
    what = phrase(name, features, form.words.lang)
    own, peers = _values(driver, feature, form)
    if not own:
        return capital(form.words("sentence.unknown", what=what, peers=peers or form.words("unknown")))
    key = _key(feature, own, peers) + _wording(feature, own, form)
    return capital(form.words(key, what=what, own=own, peers=peers, **_parts(feature, form.words.lang)))


def _key(feature: Feature | None, own: str, peers: str) -> str:
    if own == peers:
        return "sentence.same"
    if not peers:
        return "sentence.alone"
    return "sentence.category" if feature is not None and feature.is_category else "sentence.compared"


def _wording(feature: Feature | None, own: str, form: Form) -> str:
    """Choose the ending of a sentence's key; a ratio that is level with its norm needs no distance from it."""
    if feature is None:
        return ""
    if feature.measure == "ratio_to_norm":
        return "" if own == form.words("level") else ".ratio"
    return ".since" if feature.measure == "days_since" else ""


def _parts(feature: Feature | None, lang: str) -> dict[str, str]:
    """Collect the parts of the feature's phrase that its measure declares."""
    if feature is None:
        return {}
    return {part: str(getattr(feature, f"{part}_{lang}")) for part in PARTS.get(feature.measure, ())}


def _difference(driver: Mapping[str, object], compared: Feature, form: Form) -> str:
    """Word how far a value lies from the peers' mean; the subject is the feature that is compared."""
    what = str(getattr(compared, form.words.lang))
    value = _number(driver.get("value"))
    if value is None:
        return capital(form.words("sentence.unknown", what=what, peers=form.words("unknown")))
    wording = ".since" if compared.measure == "days_since" else ""
    difference = form.difference(value, _unit(compared))
    parts = _parts(compared, form.words.lang)
    return capital(form.words(f"sentence.difference{wording}", what=what, difference=difference, **parts))


def _values(driver: Mapping[str, object], feature: Feature | None, form: Form) -> tuple[str, str]:
    """Write the agent's value and the peers'; empty where not known."""
    if feature is not None and feature.is_category:
        names = (_text(driver.get("category")), _text(driver.get("peer_category")))
        return form.words.name("value", names[0]), form.words.name("value", names[1])
    own, peers = _number(driver.get("value")), _number(driver.get("peer_value"))
    return (
        "" if own is None else _number_text(feature, own, form),
        "" if peers is None else _number_text(feature, peers, form),
    )


def _number(value: object) -> float | None:
    if not isinstance(value, (int, float)) or value != value:
        return None
    return float(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def typical_text(feature: Feature | None, value: float, category: object, form: Form) -> str:
    """Write the typical value of a group of agents: a number with its unit, or the most common category."""
    if feature is not None and feature.is_category:
        return form.words.name("value", _text(category)) or form.number(None)
    return _number_text(feature, value, form)


def mean_text(feature: Feature | None, value: float, form: Form) -> str:
    """Write a mean over many agents: a share with one decimal, since such means differ by little."""
    if feature is not None and feature.unit == "share" and feature.measure == "level":
        return form.share(value, 1)
    return typical_text(feature, value, None, form)


def _number_text(feature: Feature | None, value: float, form: Form) -> str:
    if feature is None:
        return form.value(value, "index")
    write = form.change if feature.measure in ("change", "difference_from_peers") else form.value
    return write(value, _unit(feature))


def _unit(feature: Feature) -> str:
    """Look up the unit a value is written in: a ratio without a norm, such as errors per evaluation, is a number."""
    is_rate = feature.unit == "ratio" and feature.measure == "level"
    return "count" if is_rate else feature.unit


def capital(text: str) -> str:
    """Begin a phrase with a capital letter."""
    return text[:1].upper() + text[1:]
