"""Find out whether a name is forbidden for a feature: a protected or private attribute, or a fact only of leavers."""

from __future__ import annotations

import re

from attrition.message import Message

# fmt: off
_PROTECTED = frozenset(
    (
        "age", "ages", "birth", "birthday", "birthdate", "dob", "gender", "sex", "male", "female", "marital",
        "married", "marriage", "spouse", "parent", "parents", "parental", "children", "child", "kids",
        "maternity", "paternity", "pregnancy", "pregnant", "ethnic", "ethnicity", "race", "racial",
        "nationality", "citizen", "citizenship", "hispanic", "latino",
        "religion", "religious", "faith", "disability", "disabled", "handicap",
        "health", "medical", "sick", "sickness", "illness", "diagnosis", "union", "orientation", "veteran",
    )
)
# fmt: on
_PROTECTED_ZH = (
    "年龄",
    "出生",
    "生日",
    "性别",
    "男女",
    "婚姻",
    "婚否",
    "已婚",
    "配偶",
    "生育",
    "子女",
    "孕",
    "产假",
    "民族",
    "种族",
    "国籍",
    "宗教",
    "信仰",
    "残疾",
    "健康",
    "疾病",
    "病假",
    "病史",
    "医疗",
    "工会",
    "家庭住址",
    "住址",
    "户籍",
    "籍贯",
)  # fmt: skip
_PRIVATE_PARTS = ("homeaddress", "privatemessage", "voiceemotion", "familystatus")
# Parts of names without separators; some are cut short, to match "day" and "date", "closed" and "closure".
_LEAKS = (
    "exitdate", "exittype", "exitreason", "exitinterview", "exitcode", "leavedate", "leavingdate", "leavingreason",
    "lastworkingda", "lastworkda", "lastdayworked", "noticedate", "noticegiven", "noticeperiodstart", "resignationdate",
    "resignationreason", "resignedon", "isresigned", "hasresigned", "terminationdate", "terminationtype",
    "terminationreason", "isterminated", "finalpay", "equipmentreturn", "accountclos", "accountdeactivat",
    "leaverchecklist", "replacementrequisition", "retentionoffer", "attritionflag",
    "离职日期", "离职时间", "离职原因", "离职类型", "离职面谈", "离职申请", "是否离职", "最后工作日", "末次薪资",
    "辞职日期", "辞职原因", "设备归还", "账号注销", "账号停用", "挽留",
)  # fmt: skip


def forbidden_reason(*names: str) -> str | None:
    """Return the reason why a feature with these names is forbidden, or None if it is allowed.

    Parameters
    ----------
    *names : str
        The feature's column, its header in the source, and its meaning in English and Chinese.

    Examples
    --------
    >>> forbidden_reason("gender")
    'a protected or private attribute is never a feature'

    The Chinese meaning holds 年龄, "age":

    >>> forbidden_reason("tenure_months", "在职年龄")
    'a protected or private attribute is never a feature'
    >>> forbidden_reason("LastWorkingDate")
    'it is known only because someone leaves'

    English words count as a whole: "average", "manager" and "language" are allowed, though "age" is in them.

    >>> forbidden_reason("workload_average_contacts", "manager's language test")
    """
    for name in names:
        letters = re.sub(r"[\W_]+", "", name.lower())
        if set(split_words(name)) & _PROTECTED or any(part in letters for part in (*_PROTECTED_ZH, *_PRIVATE_PARTS)):
            return Message("a protected or private attribute is never a feature")
        if any(part in letters for part in _LEAKS):
            return Message("it is known only because someone leaves")
    return None


def split_words(name: str) -> list[str]:
    """Split a name into lower-case English words, at underscores, spaces and capitals.

    Examples
    --------
    >>> split_words("BirthDate of_agent2")
    ['birth', 'date', 'of', 'agent']
    """
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]
