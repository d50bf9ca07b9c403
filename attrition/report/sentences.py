"""Sentences about drivers, with the agent's value and the peers', worded as each feature's declaration says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attrition.data.terms import PARTS

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.report.formatter import Formatter


def by_name(features: Sequence[Feature]) -> dict[str, Feature]:
    """Index features by name."""
    return {feature.name: feature for feature in features}


def phrase(name: str, features: Mapping[str, Feature], lang: str) -> str:
    """Look up the noun phrase of a feature, or its column name where nothing is declared."""
    feature = features.get(name)
    return name if feature is None else str(getattr(feature, lang))


def sentence(driver: Mapping[str, object], features: Mapping[str, Feature], formatter: Formatter) -> str:
    """Word one driver as a sentence with the agent's value and the peers'.

    Parameters
    ----------
    driver : mapping
        A row of ``drivers`` with ``feature``, ``value``, ``peer_value`` and, for text, ``category``, ``peer_category``;
        where ``is_uncertain`` is true, the sentence says so.
    features : mapping of str to Feature
        Declarations by name.
    formatter : Formatter
        Language and currency.

    Examples
    --------
    >>> from attrition.features.declare import Feature
    >>> from attrition.report.formatter import Formatter
    >>> from attrition.report.translations import translations
    >>> market = Feature(name="pay_market_ratio", family="pay", lever="pay", unit="ratio", measure="ratio_to_norm",
    ...                  en="base pay against the local market median", zh="基本工资与当地市场中位数之比",
    ...                  subject_en="base pay", subject_zh="基本工资",
    ...                  norm_en="the local market median", norm_zh="当地市场中位数")
    >>> row = {"feature": "pay_market_ratio", "value": 0.959, "peer_value": 1.003}
    >>> sentence(row, {"pay_market_ratio": market}, Formatter(translations("en"), "CNY"))
    'Base pay is 4.1% below the local market median (peers: 0.3% above)'
    >>> sentence(row, {"pay_market_ratio": market}, Formatter(translations("zh"), "CNY"))
    '基本工资比当地市场中位数低4.1%（同类座席：高0.3%）'
    """
    text = _plain(driver, features, formatter)
    return formatter.text("sentence.uncertain", sentence=text) if driver.get("is_uncertain") is True else text


def indistinct_sentence(families: Sequence[str], formatter: Formatter) -> str:
    """Say which families cannot be told apart at the centre; empty where all can.

    Examples
    --------
    >>> from attrition.report.formatter import Formatter
    >>> from attrition.report.translations import translations
    >>> indistinct_sentence(["career"], Formatter(translations("en"), "CNY")).partition(":")[0]
    'At this centre, the part of career cannot be told apart from the rest of a risk'
    """
    if not families:
        return ""
    names = formatter.comma_list(formatter.text.name("family", name).lower() for name in families)
    return formatter.text("drivers.indistinct", families=names)


def _plain(driver: Mapping[str, object], features: Mapping[str, Feature], formatter: Formatter) -> str:
    name = str(driver["feature"])
    feature = features.get(name)
    if feature is not None and feature.measure == "difference_from_peers":
        return _difference(driver, features.get(feature.compared, feature), formatter)
    what = phrase(name, features, formatter.text.lang)
    own, peers = _values(driver, feature, formatter)
    if not own:
        return capital(formatter.text("sentence.unknown", what=what, peers=peers or formatter.text("unknown")))
    key = _key(feature, own, peers) + _wording(feature, own, formatter)
    return capital(formatter.text(key, what=what, own=own, peers=peers, **_parts(feature, formatter.text.lang)))


def _key(feature: Feature | None, own: str, peers: str) -> str:
    if own == peers:
        return "sentence.same"
    if not peers:
        return "sentence.alone"
    return "sentence.category" if feature is not None and feature.is_category else "sentence.compared"


def _wording(feature: Feature | None, own: str, formatter: Formatter) -> str:
    """Choose the ending of a sentence's key; a ratio that is level with its norm needs no distance from it."""
    if feature is None:
        return ""
    if feature.measure == "ratio_to_norm":
        return "" if own == formatter.text("level") else ".ratio"
    return ".since" if feature.measure == "days_since" else ""


def _parts(feature: Feature | None, lang: str) -> dict[str, str]:
    """Collect the parts of the feature's phrase that its measure declares."""
    if feature is None:
        return {}
    return {part: str(getattr(feature, f"{part}_{lang}")) for part in PARTS.get(feature.measure, ())}


def _difference(driver: Mapping[str, object], compared: Feature, formatter: Formatter) -> str:
    """Word how far a value lies from the peers' mean; the subject is the feature that is compared."""
    what = str(getattr(compared, formatter.text.lang))
    value = _number(driver.get("value"))
    if value is None:
        return capital(formatter.text("sentence.unknown", what=what, peers=formatter.text("unknown")))
    wording = ".since" if compared.measure == "days_since" else ""
    difference = formatter.difference(value, _unit(compared))
    parts = _parts(compared, formatter.text.lang)
    return capital(formatter.text(f"sentence.difference{wording}", what=what, difference=difference, **parts))


def _values(driver: Mapping[str, object], feature: Feature | None, formatter: Formatter) -> tuple[str, str]:
    """Write the agent's value and the peers'; empty where not known."""
    if feature is not None and feature.is_category:
        names = (_text(driver.get("category")), _text(driver.get("peer_category")))
        return formatter.text.name("value", names[0]), formatter.text.name("value", names[1])
    own, peers = _number(driver.get("value")), _number(driver.get("peer_value"))
    return (
        "" if own is None else _number_text(feature, own, formatter),
        "" if peers is None else _number_text(feature, peers, formatter),
    )


def _number(value: object) -> float | None:
    if not isinstance(value, (int, float)) or value != value:
        return None
    return float(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def typical_text(feature: Feature | None, value: float, category: object, formatter: Formatter) -> str:
    """Write the typical value of a group of agents: a number with its unit, or the most common category."""
    if feature is not None and feature.is_category:
        return formatter.text.name("value", _text(category)) or formatter.number(None)
    return _number_text(feature, value, formatter)


def mean_text(feature: Feature | None, value: float, formatter: Formatter) -> str:
    """Write a mean over many agents: a share with one decimal, since such means differ by little."""
    if feature is not None and feature.unit == "share" and feature.measure == "level":
        return formatter.share(value, 1)
    return typical_text(feature, value, None, formatter)


def _number_text(feature: Feature | None, value: float, formatter: Formatter) -> str:
    if feature is None:
        return formatter.value(value, "index")
    write = formatter.change if feature.measure in ("change", "difference_from_peers") else formatter.value
    return write(value, _unit(feature))


def _unit(feature: Feature) -> str:
    """Look up the unit a value is written in: a ratio without a norm, such as errors per evaluation, is a number."""
    is_rate = feature.unit == "ratio" and feature.measure == "level"
    return "count" if is_rate else feature.unit


def capital(text: str) -> str:
    """Begin a phrase with a capital letter."""
    return text[:1].upper() + text[1:]
