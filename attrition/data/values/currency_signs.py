"""Signs and codes of currencies that stand beside amounts, and the currencies that each may mean."""

from __future__ import annotations

import re
from functools import cache

_CODES = (
    "AED", "ARS", "AUD", "BDT", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CRC", "CZK", "DKK", "DOP", "EGP",
    "EUR", "GBP", "GHS", "GTQ", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JMD", "JOD", "JPY", "KES", "KRW", "LKR",
    "MAD", "MOP", "MUR", "MXN", "MYR", "NGN", "NOK", "NPR", "NZD", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RSD",
    "RUB", "SAR", "SEK", "SGD", "THB", "TND", "TRY", "TWD", "UAH", "USD", "UYU", "VND", "ZAR",
)  # fmt: skip
_DOLLARS = ("USD", "AUD", "CAD", "HKD", "SGD", "TWD", "NZD", "MXN", "ARS", "CLP", "COP", "JMD")
_RUPEES = ("INR", "PKR", "LKR", "NPR", "MUR")
_SIGNS: dict[str, tuple[str, ...]] = {
    "€": ("EUR",), "欧元": ("EUR",), "£": ("GBP", "EGP"), "英镑": ("GBP",), "$": _DOLLARS, "US$": ("USD",),
    "美元": ("USD",), "HK$": ("HKD",), "港币": ("HKD",), "港元": ("HKD",), "NT$": ("TWD",), "新台币": ("TWD",),
    "S$": ("SGD",), "A$": ("AUD",), "C$": ("CAD",), "R$": ("BRL",), "¥": ("CNY", "JPY"), "￥": ("CNY", "JPY"),
    "元": ("CNY", "HKD", "TWD", "MOP"), "人民币": ("CNY",), "RMB": ("CNY",), "块": ("CNY",), "円": ("JPY",),
    "日元": ("JPY",), "₹": ("INR",), "Rs.": _RUPEES, "Rs": _RUPEES,
    "₽": ("RUB",), "₩": ("KRW",), "฿": ("THB",), "₫": ("VND",), "₱": ("PHP",), "₺": ("TRY",), "₴": ("UAH",),
    "zł": ("PLN",), "kr": ("SEK", "NOK", "DKK", "ISK"), "kr.": ("SEK", "NOK", "DKK", "ISK"), "Kč": ("CZK",),
    "Ft": ("HUF",), "lei": ("RON",), "Fr.": ("CHF",), "SFr.": ("CHF",), "RM": ("MYR",), "Rp": ("IDR",), "R": ("ZAR",),
}  # fmt: skip
_CURRENCIES = _SIGNS | {code: (code,) for code in _CODES}


@cache
def any_sign() -> str:
    """Return the pattern of a sign or code of any currency."""
    return _one_of(list(_CURRENCIES))


@cache
def foreign_sign(currency: str) -> str:
    """Return the pattern of a text that begins or ends with a sign or code which cannot mean this currency.

    Examples
    --------
    >>> [bool(re.search(foreign_sign("EUR"), text)) for text in ("€ 5", "5 EUR", "$5", "(USD 5)", "5")]
    [False, False, True, True, False]
    """
    signs = _one_of([sign for sign, currencies in _CURRENCIES.items() if currency not in currencies])
    return rf"^[(+\-\s]*(?:{signs})[\s\d+\-.,]|[\d\s.,\-](?:{signs})[)\-\s]*$"


def _one_of(signs: list[str]) -> str:
    longest_first = sorted(signs, key=lambda sign: (-len(sign), sign))
    return "|".join(re.escape(sign) for sign in longest_first)
