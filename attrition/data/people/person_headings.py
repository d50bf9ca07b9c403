"""What the headings of a list of people mean: which column is what, and which facts hold only on the day of export."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from attrition.data.forbidden import forbidden_reason
from attrition.data.phrase import Phrase

Role = Literal["agent_id", "hire_date", "exit_date", "exit_type", "site", "team_id", "job_role", "has_left"]
"""What a column of a list of people is; ``has_left`` says yes or no without a date."""
FactKind = Literal["name", "outcome", "pay", "supervisor", "protected", "record", "tenure", "unit", "other"]
"""Why a column says nothing about the day of hire."""

# fmt: off
_ROLES: dict[Role, tuple[str, ...]] = {
    "agent_id": (
        "agentid", "employeeid", "empid", "employeenumber", "employeeno", "empno", "staffid", "staffno", "staffnumber",
        "personid", "personnelnumber", "personalnummer", "mitarbeiternummer", "工号", "员工编号", "员工号", "员工工号",
        "人员编号", "职员编号",
    ),
    "hire_date": (
        "hiredate", "dateofhire", "hiredon", "joindate", "joiningdate", "dateofjoining", "doj", "startdate",
        "employmentstart", "eintritt", "eintrittsdatum", "入职日期", "入职时间", "入司日期", "入司时间", "到岗日期",
        "进公司日期",
    ),
    "exit_date": (
        "exitdate", "quitdate", "leavedate", "leavingdate", "terminationdate", "dateoftermination", "separationdate",
        "resignationdate", "lastworkingdate", "lastworkingday", "lastday", "enddate", "employmentend", "austritt",
        "austrittsdatum", "离职日期", "离职时间", "离职日", "离司日期", "最后工作日",
    ),
    "exit_type": (
        "exittype", "exitkind", "leavingtype", "terminationtype", "employmentstatus", "离职类型", "离职类别",
        "离职性质",
    ),
    "has_left": (
        "attrition", "left", "churn", "churned", "termd", "terminated", "isleft", "hasleft", "quit", "是否离职", "离职",
        "在职状态", "是否在职",
    ),
    "site": (
        "site", "companyid", "company", "location", "branch", "office", "city", "standort", "职场", "公司", "城市",
        "工作地点", "地点", "分公司",
    ),
    "team_id": (
        "teamid", "team", "department", "dept", "departmentname", "abteilung", "部门", "所属部门", "班组", "团队",
        "小组",
    ),
    "job_role": ("jobrole", "jobtitle", "position", "job", "岗位", "职位", "职务"),
}
_FACTS: dict[FactKind, tuple[str, ...]] = {
    "name": ("employeename", "fullname", "lastname", "firstname", "姓名"),
    "outcome": (
        "attrition", "churn", "left", "termd", "terminat", "exit", "quit", "leaving", "status", "statusid",
        "leavereason", "termreason", "离职", "在职状态", "状态",
    ),
    "pay": (
        "salary", "income", "wage", "pay", "rate", "hike", "bonus", "stockoption", "gehalt", "薪", "工资", "收入",
        "奖金",
    ),
    "supervisor": ("manager", "supervisor", "vorgesetzt", "teamlead", "主管", "上级", "经理", "班长", "组长"),
    "record": (
        "absence", "absent", "dayslate", "late", "overtime", "performance", "perf", "rating", "evaluation", "review",
        "satisfaction", "engagement", "survey", "involvement", "project", "training", "promotion", "accident", "hours",
        "travel", "enps", "缺勤", "迟到", "加班", "绩效", "考核", "满意度", "敬业度", "培训", "晋升",
    ),
    "tenure": ("tenure", "years", "duration", "duree", "seniority", "timespend", "司龄", "工龄", "在职天数", "年限"),
    "unit": ("department", "dept", "team", "position", "jobtitle", "jobrole", "joblevel", "level",
        "grade", "部门", "班组", "岗位", "职位", "职级"),
}
# fmt: on
REASONS: dict[FactKind, Phrase] = {
    "name": Phrase("names a person: leave it out of the file", "人名：请不要放进文件"),
    "outcome": Phrase(
        "says who left: it is the answer itself, and must never explain it",
        "它本身就说明谁已离职：这是答案，绝不能拿来解释答案",
    ),
    "pay": Phrase(
        "pay on the day of export, of leavers on their last day: dated at hire it carries every raise in between, and "
        "only those who stayed had time to get raises",
        "导出当天的薪资（离职者为最后一天的）：若记在入职日，就混进了之后的每次调薪，而只有留下的人才等得到调薪",
    ),
    "supervisor": Phrase(
        "the supervisor on the day of export, of leavers often who handled the exit; earlier ones are not in the file",
        "导出当天的上级（离职者往往是办理离职的那位）；此前的上级文件中没有",
    ),
    "protected": Phrase(
        "protected: never used to predict or to compare; audits of fairness read it elsewhere",
        "受保护的个人属性：绝不用于预测或比较；公平性审计另行读取",
    ),
    "record": Phrase(
        "measured up to the day of export, of leavers up to their last days: low values may come from leaving, not "
        "lead to it",
        "统计到导出当天（离职者到最后几天）：数值偏低可能是离职的结果，而不是原因",
    ),
    "tenure": Phrase(
        "counts time up to the exit or the export, so it holds the outcome; tenure is worked out from the dates",
        "计算到离职或导出为止，已含有结果；司龄由日期直接算出",
    ),
    "unit": Phrase(
        "where people are on the day of export, of leavers the last place; moves in between are not in the file",
        "导出当天的归属（离职者为最后的归属）；期间的调动文件中没有",
    ),
    "other": Phrase(
        "as of the day of export; since when it holds is not in the file", "为导出当天的值；自何时起有效，文件中没有"
    ),
}
"""By kind of fact, why the column cannot be used to predict."""


def role_of(heading: str) -> Role | None:
    """Return what a column of a list of people is, or None.

    Examples
    --------
    >>> role_of("Date of Hire"), role_of("离职日期"), role_of("company_id"), role_of("SALARY")
    ('hire_date', 'exit_date', 'site', None)
    """
    letters = _letters(heading)
    return next((role for role, names in _ROLES.items() if letters in names), None)


def roles_of(headings: Iterable[str]) -> dict[Role, str]:
    """Return the heading of each role; of several headings the first.

    Examples
    --------
    >>> roles_of(["employee_id", "dept", "join_date"])
    {'agent_id': 'employee_id', 'team_id': 'dept', 'hire_date': 'join_date'}
    """
    roles: dict[Role, str] = {}
    for heading in headings:
        role = role_of(heading)
        if role is not None:
            roles.setdefault(role, heading)
    return roles


def fact_of(heading: str) -> FactKind:
    """Return why a column of a list of people says nothing about the day of hire.

    Examples
    --------
    >>> fact_of("MonthlyIncome"), fact_of("ManagerName"), fact_of("Termd"), fact_of("性别"), fact_of("Over18")
    ('pay', 'supervisor', 'outcome', 'protected', 'other')
    """
    if forbidden_reason(heading) == forbidden_reason("gender"):
        return "protected"
    letters = _letters(heading)
    return next((kind for kind, parts in _FACTS.items() if any(part in letters for part in parts)), "other")


def _letters(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading).lower()
