"""What a driver says about an agent, as a sentence with the agent's value and the peers', from declarations alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attrition.report.tables import PEERS

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.report.form import Form


def by_name(features: Sequence[Feature]) -> dict[str, Feature]:
    """Index features by name."""
    return {feature.name: feature for feature in features}


def phrase(name: str, features: Mapping[str, Feature], lang: str) -> str:
    """Give the noun phrase of a feature, or its column name where nothing is declared."""
    feature = features.get(name)
    return name if feature is None else str(getattr(feature, lang))


def sentence(driver: Mapping[str, object], features: Mapping[str, Feature], form: Form) -> str:
    """Say what one driver is for an agent and for its peers.

    Parameters
    ----------
    driver : mapping
        A row of ``drivers`` with ``feature``, ``value``, ``peer_value`` and, for text, ``category``, ``peer_category``;
        one with ``is_uncertain`` is said to be uncertain.
    features : mapping of str to Feature
        Declarations by name.
    form : Form
        Language and currency.

    Examples
    --------
    >>> from attrition.features.declare import Feature
    >>> from attrition.report.form import Form
    >>> from attrition.report.words import words
    >>> market = Feature(name="pay_market_ratio", family="pay", lever="pay", unit="ratio",
    ...                  en="base pay against the local market median", zh="基本工资与当地市场中位数之比")
    >>> row = {"feature": "pay_market_ratio", "value": 0.959, "peer_value": 1.003}
    >>> sentence(row, {"pay_market_ratio": market}, Form(words("en"), "CNY"))
    'Base pay is 4.1% below the local market median (peers: 0.3% above)'
    >>> sentence(row, {"pay_market_ratio": market}, Form(words("zh"), "CNY"))
    '基本工资比当地市场中位数低4.1%（同类座席：高0.3%）'
    """
    said = _plain(driver, features, form)
    return form.words("sentence.uncertain", said=said) if driver.get("is_uncertain") is True else said


def _plain(driver: Mapping[str, object], features: Mapping[str, Feature], form: Form) -> str:
    name = str(driver["feature"])
    if name.endswith(PEERS):
        return _against_peers(driver, features, form)
    feature = features.get(name)
    what = phrase(name, features, form.words.lang)
    own, peers = _values(driver, feature, form)
    if not own:
        return capital(form.words("sentence.unknown", what=what, peers=peers or form.words("unknown")))
    key = "sentence.same" if own == peers else "sentence.compared" if peers else "sentence.alone"
    if feature is not None and feature.is_category and key == "sentence.compared":
        key = "sentence.category"
    since = _SINCE.fullmatch(what)
    if since and key != "sentence.category":
        return capital(form.words(f"{key}.since", event=since["event"], own=own, peers=peers))
    both = _RATIO.fullmatch(what) if feature is not None and feature.unit == "ratio" else None
    if both and own != form.words("level"):
        parts = {part: text for part, text in both.groupdict().items() if text}
        what, other = parts.get("what") or parts["zh_what"], parts.get("other") or parts["zh_other"]
        return capital(form.words(f"{key}.ratio", what=what, other=other, own=own, peers=peers))
    return capital(form.words(key, what=what, own=own, peers=peers))


_RATIO = re.compile(r"(?!change )(?P<what>.+?) against (?P<other>.+)|(?P<zh_what>.+)与(?P<zh_other>.+?)之比")
"""How declarations word a ratio of two things; such a ratio is told as a distance from the second."""

_SINCE = re.compile(r"days since (?P<event>.+)")
"""How declarations in English word a span since an event; in Chinese the phrase reads well as it is."""

_CHANGE = re.compile(r"(change|trend) .+|.+ minus .+")
"""How declarations word a difference over time; such a value is told with its sign."""


def unit_told(feature: Feature) -> str:
    """Give the unit a value is told in: a ratio that is not of one thing against another is a plain number.

    Examples
    --------
    >>> from attrition.features.declare import Feature
    >>> rate = Feature(name="quality_fatal_3m", family="quality", lever="coaching", unit="ratio",
    ...                en="fatal errors per evaluation", zh="每次质检致命性差错数")
    >>> unit_told(rate)
    'count'
    """
    is_bare = feature.unit == "ratio" and not _CHANGE.fullmatch(feature.en) and not _RATIO.fullmatch(feature.en)
    return "count" if is_bare else feature.unit


def _against_peers(driver: Mapping[str, object], features: Mapping[str, Feature], form: Form) -> str:
    """Say how far a value lies from the peers' mean; the feature's own phrase is the subject."""
    name = str(driver["feature"])
    subject = name.removesuffix(PEERS)
    feature = features.get(subject) or features.get(name)
    what = phrase(subject if subject in features else name, features, form.words.lang)
    value = _number(driver.get("value"))
    if value is None or feature is None:
        return capital(form.words("sentence.unknown", what=what, peers=form.words("unknown")))
    difference = form.difference(value, unit_told(feature))
    if since := _SINCE.fullmatch(what):
        return capital(form.words("sentence.difference.since", event=since["event"], difference=difference))
    return capital(form.words("sentence.difference", what=what, difference=difference))


def _values(driver: Mapping[str, object], feature: Feature | None, form: Form) -> tuple[str, str]:
    """Write the agent's value and the peers'; empty where not known."""
    unit = unit_told(feature) if feature is not None else "index"
    if unit == "category":
        names = (_text(driver.get("category")), _text(driver.get("peer_category")))
        return form.words.name("value", names[0]), form.words.name("value", names[1])
    write = form.change if feature is not None and _CHANGE.fullmatch(feature.en) else form.value
    own, peers = _number(driver.get("value")), _number(driver.get("peer_value"))
    return ("" if own is None else write(own, unit)), ("" if peers is None else write(peers, unit))


def _number(value: object) -> float | None:
    if not isinstance(value, (int, float)) or value != value:
        return None
    return float(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def typical(feature: Feature | None, value: float, category: object, form: Form) -> str:
    """Write the typical value of a group of agents: a number with its unit, or the most common word."""
    if feature is not None and feature.is_category:
        return form.words.name("value", _text(category)) or form.number(None)
    write = form.change if feature is not None and _CHANGE.fullmatch(feature.en) else form.value
    return write(value, unit_told(feature) if feature is not None else "index")


def mean_told(feature: Feature | None, value: float, form: Form) -> str:
    """Write a mean over many agents: a share with one decimal, since such means differ by little."""
    if feature is not None and feature.unit == "share" and not _CHANGE.fullmatch(feature.en):
        return form.share(value, 1)
    return typical(feature, value, None, form)


def capital(text: str) -> str:
    """Begin a phrase with a capital letter."""
    return text[:1].upper() + text[1:]
