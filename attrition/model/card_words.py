"""What the model card calls metrics, models, groups, units and verdicts in Chinese: as the reports do."""

from __future__ import annotations

from collections.abc import Mapping

from attrition.data.phrase import Phrase
from attrition.message import Message, counted, joined
from attrition.model.markdown import words
from attrition.model.protected_groups import CROSSED

METRICS = {
    "auc": "区分能力（AUC）",
    "auc_mean_of_months": "区分能力，各月平均（AUC）",
    "average_precision": "平均精确率",
    "brier_skill": "相对基准比例的改进（Brier）",
    "lift_at_capacity": "被标记者的提升度",
    "recall_at_capacity": "离职者中被标记的比例（召回率）",
    "lift_at_5_percent": "前5%的提升倍数",
    "recall_at_5_percent": "前5%覆盖的离职（召回率）",
    "lift_at_talks": "可面谈人数内的提升倍数",
    "recall_at_talks": "可面谈人数内覆盖的离职（召回率）",
    "observed_over_expected": "实际与预计之比",
    "calibration_slope": "校准斜率",
    "calibration_error": "校准误差",
}
SKILLS = {"AUC": "区分能力（AUC）", "Brier skill": "相对基准比例的改进（Brier）"}
MODELS = {
    "base_rate": "人人同一比例",
    "logistic": "逻辑回归",
    "tenure_only": "仅看司龄",
    "champion_recipe": "在用模型的配方",
}
LEVELS = {"site": "职场", "job_role": "岗位", "tenure_band": "司龄"}
GROUPS = {
    "0-30 days": "0–30天",
    "31-90 days": "31–90天",
    "91-180 days": "91–180天",
    "181-365 days": "181–365天",
    "1-2 years": "1–2年",
    "2 years and more": "2年以上",
    "agent": "座席",
    "senior agent": "资深座席",
    "team leader": "班长",
    "not stated": "未说明",
}
ATTRIBUTES = {"gender": "性别", "age_band": "年龄段", "is_minority": "是否属于少数群体"}
PROTECTED = GROUPS | {
    "under 25": "25岁以下",
    "25-34": "25–34岁",
    "35-44": "35–44岁",
    "45 and over": "45岁及以上",
    "true": "是",
    "false": "否",
}
FAIRNESS = {
    "level": "风险水平",
    "missed leavers": "离职者未上名单",
    "listed stayers": "留任者上名单",
    "listed": "上名单",
    "abstained from": "不作判断",
    "offered": "获提议措施",
}
VERDICTS = {"holds": "与预计相符", "off": "偏离", "too few": "人太少", "undecided": "未能判定"}
STATUSES = {"passed": "通过", "failed": "未通过", "too few": "人太少"}
EVENTS = {
    "transfer": "人员划转",
    "system_change": "系统更换",
    "reorganisation": "组织调整",
    "pay_scheme": "薪酬方案调整",
    "bonus_day": "奖金发放",
    "holiday": "节假日",
    "tool_rollout": "新工具上线",
    "calibration": "质检校准会",
}
UNITS = {
    "share": "占比",
    "ratio": "比值",
    "money": "金额",
    "minutes": "分钟",
    "hours": "小时",
    "seconds": "秒",
    "days": "天",
    "months": "月",
    "count": "次或个",
    "score": "分",
    "index": "指数",
    "category": "分类",
}
TABLES = {
    "agents": "员工信息",
    "assignments": "岗位历史",
    "audit_attributes": "审计属性",
    "bonuses": "奖金",
    "career_events": "职业事件",
    "contacts": "话务量",
    "contact_log": "通话明细",
    "exits": "离职记录",
    "identities": "登录号对照表",
    "interactions": "互动记录",
    "interventions": "留任措施",
    "leave_requests": "请假申请",
    "market_conditions": "市场状况",
    "market_pay": "市场薪酬",
    "pay": "基本工资",
    "performance": "绩效评级",
    "qa_evaluations": "质检",
    "renumbered": "工号变更",
    "service_levels": "服务水平",
    "shifts": "排班表",
    "snapshots": "月度人事表",
    "surveys": "问卷",
}


def named(name: object, in_chinese: Mapping[str, str]) -> Phrase:
    """Return a name as people read it: in English without underscores, in Chinese as a table of names has it.

    Examples
    --------
    >>> named("tenure_only", MODELS).zh, named("Foshan", GROUPS).zh
    ('仅看司龄', 'Foshan')
    """
    return Phrase(words(name), in_chinese.get(str(name), words(name)))


def crossed(name: object, in_chinese: Mapping[str, str]) -> Message:
    """Return the name of a group, or of a crossing of two.

    Examples
    --------
    >>> crossed("f x under 25", PROTECTED)
    'f x under 25'
    """
    parts = [Phrase(part, in_chinese.get(part, part)) for part in str(name).split(CROSSED)]
    return joined(CROSSED, parts)


def months_ahead(horizon: int) -> Message:
    """Return a horizon in words.

    Examples
    --------
    >>> months_ahead(1), months_ahead(3)
    ('1 month', '3 months')
    """
    return counted("{count} month", "{count} months", int(horizon))


def table_name(name: object) -> Phrase:
    """Return the name of a table; in Chinese its key stands behind it, which files and declarations go by.

    Examples
    --------
    >>> table_name("exits").zh
    '离职记录（exits）'
    """
    key = str(name)
    return Phrase(key, f"{TABLES[key]}（{key}）" if key in TABLES else key)
