"""The result of one promotion criterion: passed, failed, or too few people to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attrition.data.phrase import Phrase
from attrition.message import Message, joined
from attrition.model.markdown import in_a_row

PASSED, FAILED, TOO_FEW_PEOPLE = "passed", "failed", "too few"
"""What a check can come to, see `Check.status`."""
ENOUGH, ORDER, GROUPS = "enough resignations to judge by", "better than tenure alone", "level in every group"
LEVEL, SLOPE, ERROR = "observed over expected", "calibration slope", "calibration error"
NOISE_CHECK, SHUFFLE_CHECK = "noise features", "shuffled labels"
NOT_WORSE, LIST_KEPT = "at least as good as the champion", "keeps most of the champion's list"
RELOAD_CHECK, GOLDEN_CHECK = "reloads with identical scores", "golden rows"
"""Names of the two checks that nobody can waive when they promote a version by hand."""
FAIR_LEVEL, FAIR_LIST = "level in protected groups", "list in protected groups"
FAIR_SHARES = "offers and abstentions in protected groups"
PAPERS = "papers in force"
"""The check of the papers of a version, which says nothing about its figures; see `attrition.steps.papers_check`."""
CHECK_NAMES_ZH = {
    ENOUGH: "可供评判的离职人数充足",
    LEVEL: "实际与预计之比",
    SLOPE: "校准斜率",
    ERROR: "校准误差",
    ORDER: "优于仅看司龄",
    GROUPS: "各组风险水平准确",
    FAIR_LEVEL: "受保护群体的风险水平",
    FAIR_LIST: "受保护群体与名单",
    FAIR_SHARES: "受保护群体的措施与不作判断",
    NOISE_CHECK: "金丝雀检验：以噪声代替数据",
    SHUFFLE_CHECK: "金丝雀检验：打乱结果",
    NOT_WORSE: "不逊于在用模型",
    LIST_KEPT: "与在用模型的名单大体一致",
    RELOAD_CHECK: "重新载入后评分一致",
    GOLDEN_CHECK: "基准行评分与保存时一致",
    PAPERS: "合规文件有效",
}
"""The checks with the names that the Chinese reports give them."""


@dataclass(frozen=True)
class Check:
    """The result of one criterion: passed, failed, or too few people resigned to tell.

    Attributes
    ----------
    name : str
        The criterion.
    passed : bool
        Whether the model was shown to meet it. A model becomes the champion only if it passed every check.
    finding, finding_zh : str
        What was seen and what was asked for, in English and Chinese.
    too_few : bool
        Whether it was not passed only because too few people resigned (or a group is too small) to tell right from
        wrong: nothing speaks against the model. It never counts as passed, but does not block a provisional model.

    Examples
    --------
    >>> Check("observed over expected", False, "1.10 of 6 people", too_few=True).status
    'too few'
    """

    name: str
    passed: bool
    finding: str
    finding_zh: str = ""
    too_few: bool = False

    def __post_init__(self) -> None:
        """Refuse a check that passed on too few people."""
        if self.passed and self.too_few:
            raise ValueError(f"the check {self.name} cannot have passed on too few people")

    @property
    def status(self) -> str:
        """Whether it was "passed", "failed" (something speaks against the model), or too few people could tell."""
        return PASSED if self.passed else TOO_FEW_PEOPLE if self.too_few else FAILED


Result = tuple[bool, str, str] | tuple[bool, str, str, bool]
"""Whether a check passed, the finding in English and Chinese, and whether people were too few; see `Check`."""


def all_passed(checks: Sequence[Check]) -> bool:
    """Return whether every check passed; False without any check."""
    return bool(checks) and all(check.passed for check in checks)


def check_name(name: str) -> Phrase:
    """Return the name of a check in both languages.

    Examples
    --------
    >>> check_name("golden rows").zh
    '基准行评分与保存时一致'
    """
    return Phrase(name, CHECK_NAMES_ZH.get(name, name))


def verdict_sentences(checks: Sequence[Check]) -> Message:
    """Return in a sentence or two which checks were failed, and for which too few people resigned.

    Examples
    --------
    >>> verdict_sentences([Check("golden rows", False, ""), Check("calibration slope", False, "", too_few=True)])
    'It failed: golden rows. Too few people resigned to judge: calibration slope.'
    """
    failed, too_few = (
        joined("; ", [check_name(check.name) for check in checks if check.status == status])
        for status in (FAILED, TOO_FEW_PEOPLE)
    )
    sentences = [
        *([Message("It failed: {checks}.", checks=failed)] if failed else []),
        *([Message("Too few people resigned to judge: {checks}.", checks=too_few)] if too_few else []),
    ]
    return in_a_row(*sentences) if sentences else Message("It passed every promotion criterion.")
