"""What could not be shown of the model in use, in one sentence, and whether a version may score all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attrition.model.check import ENOUGH, ERROR, GROUPS, LEVEL, ORDER, PAPERS, SLOPE

if TYPE_CHECKING:
    from attrition.model.check import Check

LEVEL_CHECKS = (LEVEL, SLOPE, ERROR, GROUPS)
NOT_REFUTING = (ORDER, GROUPS, PAPERS)
"""Checks whose failure leaves the centre's numbers standing: it is said, and people or groups are not compared."""

WORDS = {
    "en": {
        "provisional": "Provisional: resignations",
        "champion": "Resignations",
        "sentence": "{head} in the test months ({resignations}) do not show that {what}; {do}.",
        "untested": "Provisional: no month with resignations could be held out to show that {what}; {do}.",
        "or": " or that ",
        "level": "the level of the risks is right",
        "groups": "the level is right in every group",
        "do groups": "take numbers of sites and teams as rough",
        "nobody": "anybody is at higher risk than others of the same tenure",
        "papers": "Provisional: every figure passed, but the papers are not in force: `attrition papers write`.",
        "rest": "every promotion criterion is met",
        "do rest": "read the model's card before you act on them",
        "do level": "take numbers of leavers as rough",
        "do nobody": "use numbers of groups, not ranks of people",
        "do both": "use numbers of groups, and these as rough, not ranks of people",
    },
    "zh": {
        "provisional": "暂行模型：",
        "champion": "",
        "sentence": "{head}检验月份内的主动离职（{resignations}人）不足以证明{what}；{do}。",
        "untested": "暂行模型：没有可供检验的离职月份，尚未证明{what}；{do}。",
        "or": "，也未证明",
        "level": "风险水平准确",
        "groups": "每个群体的风险水平都准确",
        "do groups": "各职场与班组的人数只作粗略估计",
        "nobody": "司龄相同的人当中谁的风险更高",
        "papers": "暂行模型：各项数字均已通过，但合规文件未生效；运行 `attrition papers write` 可编写。",
        "rest": "全部上线标准均已达到",
        "do rest": "使用前请先阅读模型卡",
        "do level": "离职人数只作粗略估计",
        "do nobody": "请使用群体的人数，不要使用个人排名",
        "do both": "请使用群体的人数，且只作粗略估计，不要使用个人排名",
    },
}
"""Parts of the sentence, by language."""


@dataclass(frozen=True)
class Caveat:
    """What could not be shown of a model, and what that means for its readers.

    Attributes
    ----------
    en, zh : str
        One sentence in each language; empty where nothing is to be said.
    lists_people : bool
        Whether people may be listed by their risk.
    """

    en: str = ""
    zh: str = ""
    lists_people: bool = True

    def sentence(self, lang: str) -> str:
        """Return the sentence in "en" or "zh"."""
        return self.zh if lang == "zh" else self.en


NOTHING_TO_SAY = Caveat()
"""Of a model of which everything that was asked for was shown."""


def is_refuted(checks: Sequence[Check], *, has_one_rate: bool = False) -> bool:
    """Return whether a check showed that the centre's numbers are wrong, or none was made.

    What too few people leave open refutes nothing, nor does an order that is not better than that of tenure.

    Parameters
    ----------
    checks : sequence of Check
        The results of the promotion criteria.
    has_one_rate : bool
        Whether the model gives everybody one risk. There is no plainer one to fall back on, so it scores even where
        the centre's level moved in the test months; its level is then said not to be shown.

    Examples
    --------
    >>> from attrition.model.check import Check
    >>> is_refuted([Check("enough resignations to judge by", False, "41; at least 50", too_few=True)])
    False
    >>> off = [Check("observed over expected", False, "1.62; 0.8 to 1.25")]
    >>> is_refuted(off), is_refuted(off, has_one_rate=True)
    (True, False)
    """
    excused = (*NOT_REFUTING, *(LEVEL_CHECKS if has_one_rate else ()))
    failed = (check.name for check in checks if not check.passed and not check.too_few)
    return not checks or any(name not in excused for name in failed)


def caveat(checks: Sequence[Check], *, resignations: int, orders_people: bool, is_provisional: bool) -> Caveat:
    """Return what is to be said of a model: of a provisional one, and of any that gives everybody of a tenure one risk.

    Parameters
    ----------
    checks : sequence of Check
        The results of its promotion criteria.
    resignations : int
        People who resigned within the headline horizon of a test month.
    orders_people : bool
        Whether its order was shown to be more than that of tenure, as `FittedRisk.orders_people` says.
    is_provisional : bool
        Whether it scores although something could not be shown. A model that somebody promoted is not.

    Examples
    --------
    >>> from attrition.model.check import Check
    >>> few = Check("enough resignations to judge by", False, "41; at least 50", too_few=True)
    >>> words = caveat([few], resignations=41, orders_people=True, is_provisional=True)
    >>> words.en.partition("; ")[2]
    'take numbers of leavers as rough.'
    """
    open_checks = {check.name for check in checks if is_provisional and not check.passed}
    level = open_checks.intersection((ENOUGH, *LEVEL_CHECKS))
    unshown = ["groups" if level == {GROUPS} else "level"] if level else []
    unshown += [] if orders_people else ["nobody"]
    if not unshown and not is_provisional:
        return NOTHING_TO_SAY
    if open_checks == {PAPERS} and orders_people:
        return Caveat(WORDS["en"]["papers"], WORDS["zh"]["papers"])
    head = "provisional" if is_provisional else "champion"
    en, zh = (_sentence(words, head, unshown or ["rest"], resignations) for words in WORDS.values())
    return Caveat(en, zh, lists_people=orders_people)


def _sentence(words: dict[str, str], head: str, unshown: Sequence[str], resignations: int) -> str:
    """Return the sentence on what could not be shown, in the words of one language."""
    advice = "do both" if len(unshown) > 1 else f"do {unshown[0]}"
    what = words["or"].join(words[name] for name in unshown)
    if head == "provisional" and not resignations:
        return words["untested"].format(what=what, do=words[advice])
    return words["sentence"].format(head=words[head], resignations=resignations, what=what, do=words[advice])
