"""Words that stand for "no value" in exports, such as "-" or "无", and the SQL that turns them into null.

They mean the same in ids, texts, numbers and dates. A declared value map wins over them, a choice of the contract that
is such a word (`absence = "none"`) stays a value, and "NA" in capitals stays one in texts, since it may be North
America or somebody's number, but for ids that may be missing.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data.engine import quote_text
from attrition.data.schema import Column

_ENGLISH = ("na", "n/a", "n.a.", "null", "(null)", "none", "nan", "nat", "nil", "unknown", "tbd", "(blank)", r"\n")
_EXCEL = ("#n/a", "#na", "#null!", "#ref!", "#value!", "#name?", "#num!", "#div/0!")
_SIGNS = ("-", "--", "---", "–", "—", "——", "－", "/", "?", "？", ".")
_CHINESE = ("无", "空", "暂无", "待定", "不详", "未知", "未填", "未填写", "空白")
WORDS = (*_ENGLISH, *_EXCEL, *_SIGNS, *_CHINESE)
"""Words for "no value", in lower case."""

_FIRST_LETTERS = "".join(sorted({letter for word in WORDS for letter in (word[0], word[0].upper())}))
_LONGEST = max(len(word.encode()) for word in WORDS)
_ZEROS = r"0+([-/. ]0+[-/. ]0+|年0+月0+日)?([ T]+0*:.*|\.0*)?"  # 00000000, 0000-00-00, 00.00.0000, 0000年00月00日, 0
_FIRST_DAYS = ("0001-01-01%", "0001/01/01%", "1/1/0001%", "01/01/0001%", "01.01.0001%")


def without_words(column: Column, text: str, meanings: Sequence[str] = ()) -> str:
    """Return the SQL of a text that is null where it is a word for "no value", or a date of zeros.

    `meanings` are the words that mean something in this column, in lower case, and are kept.
    """
    if set(WORDS) & set(column.choices):
        return text  # where one word for "none" is a choice, another is asked for and not taken for granted
    words = [word for word in WORDS if word not in meanings]
    # DuckDB plans a join for a long IN, which takes longer than the comparison; few texts begin like one of the words.
    begins_so = f"contains({quote_text(_FIRST_LETTERS)}, left({text}, 1))"
    is_other = f"NOT ({begins_so} AND list_contains([{', '.join(map(quote_text, words))}], lower({text})))"
    is_optional_id = not column.required and (column.name == "id" or column.name.endswith("_id"))
    if column.kind == "text" and not is_optional_id:
        is_other = f"({is_other} OR {text} = 'NA')"
    kept = f"CASE WHEN strlen({text}) > {_LONGEST} OR {is_other} THEN {text} END"
    return _without_zero_dates(text, kept) if column.kind in ("date", "timestamp") else kept


def _without_zero_dates(text: str, kept: str) -> str:
    """Return the SQL of a date's text that is null where the date is one of zeros, or the first day of a calendar."""
    is_first_day = " OR ".join(f"{text} LIKE {quote_text(day)}" for day in _FIRST_DAYS)
    is_zeros = f"prefix({text}, '0') AND (regexp_full_match({text}, {quote_text(_ZEROS)}) OR {is_first_day})"
    return f"CASE WHEN {is_zeros} OR prefix({text}, '1/1/0001') THEN NULL ELSE {kept} END"
