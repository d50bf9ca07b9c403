"""What the product must not be used for: one text, which README, papers and reports repeat."""

from __future__ import annotations

from attrition.data.phrase import Phrase

BARRED_USES: tuple[Phrase, ...] = (
    Phrase("hiring: the model was never trained on applicants", "招聘：模型从未用应聘者数据训练"),
    Phrase("dismissal, or not extending a contract", "辞退，或不予续签合同"),
    Phrase("cutting or withholding pay, a bonus or a raise", "降薪，或扣发、不发薪酬、奖金或加薪"),
    Phrase("discipline, appraisal or a warning", "纪律处分、绩效评价或警告"),
    Phrase("choosing whom to promote, demote or transfer", "决定晋升、降级或调岗的人选"),
    Phrase(
        "worse shifts, more work or closer supervision for a person",
        "对个人安排更差的班次、更多的工作或更严的监督",
    ),
    Phrase(
        "anything to do with union membership, works-council activity, complaints or strikes",
        "与工会会员身份、职工代表活动、投诉或罢工有关的任何事项",
    ),
    Phrase("finding out how little somebody can be paid before they leave", "测算某人最低可接受多少报酬而不离职"),
    Phrase("handing a person's score to a team leader or a colleague", "将个人评分交给班长或同事"),
    Phrase(
        "any outcome for a person without a person's own recorded decision",
        "未经有权人员本人作出并记录决定而对个人产生任何后果",
    ),
)
"""Each a use that stays barred whatever the figures are; hiring is the first."""


def barred_sentence(lang: str) -> str:
    """Return all barred uses as one sentence, for the end of a report.

    Examples
    --------
    >>> barred_sentence("en").startswith("Barred uses: hiring: the model was never trained on applicants; dismissal")
    True
    """
    names = [use.zh if lang == "zh" else str(use) for use in BARRED_USES]
    return f"禁止用途：{'；'.join(names)}。" if lang == "zh" else f"Barred uses: {'; '.join(names)}."
