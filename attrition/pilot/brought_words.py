"""The words of the page of a trial that was not designed here, in English and Chinese."""

# ruff: noqa: E501 - a phrase stands on one line

from __future__ import annotations

from collections.abc import Mapping

OWN_EN: Mapping[str, str] = {
    "title": "# Trial {name}: {offer}, brought from elsewhere",
    "grade.randomised": "Grade: randomised elsewhere, not sealed here. The site says: {by}. Nobody here saw the draw, and length and outcome were not fixed here beforehand; the balance below shows whether it looks like a draw.",
    "grade.not": "Grade: not randomised. People chose who received it, perhaps for reasons that are in no table; adjusting makes up only for what is in the baseline. The playbook is not changed by this.",
    "period": "From {start}, {months} of {all} months. Resignations count; other exits end the follow-up.",
    "too_few": "Too early to say: fewer than 20 treated, too few to compare groups that were not randomised.",
    "unknown": "models/playbook.toml holds no intervention `{kind}`, so nothing is taught and nobody is offered it. To learn from this trial, add it there under this id and read again: `attrition pilot read {name}`.",
    "open_end": "The interval holds no effect: the trial was too small to tell.",
    "balance": "| at the start | difference | after weighting |",
    "balance.unweighted": "| at the start | difference |",
    "balance.note": "Differences of means in standard deviations, treated less control; up to {limit:.2f} counts as balanced.",
    "unbalanced": "{count} of {all} differ by more than that. In a draw about that many do by chance in small arms; look at them.",
    "arms": "| arm | agents | resigned | share | left otherwise |",
    "adjusted": "risk difference, adjusted for the baseline",
    "left_out": "Not compared, since they name people or are protected: {columns}.",
    "not_counted": "Not counted: {text}.",
    "not on the roster": "not on the roster",
    "not employed at the start": "not employed on the first day",
    "gone without an exit on file": "gone without an exit on file",
    "tenure in days": "tenure at the start",
    "figure": "The {name}: {value} points ({interval}).",
    "comma": ", ",
}
OWN_ZH: Mapping[str, str] = {
    "title": "# 外来试验 {name}：{offer}",
    "grade.randomised": "证据等级：在别处随机，未在本系统封存。据本单位说明：{by}。系统未见证抽签过程，期限和指标也未在此预先登记；下方的平衡性检查可看出是否像随机分组。",
    "grade.not": "证据等级：非随机。措施给谁由人决定，依据也许不在任何表中；调整只能弥补已列出的事先情况。措施手册不因此更改。",
    "period": "自 {start} 起，{months}/{all} 个月。只计主动离职，其他离职视为随访结束。",
    "too_few": "尚无法判断：试点组不足 20 人，非随机分组无从比较。",
    "unknown": "models/playbook.toml 中没有措施 `{kind}`，因此不更新任何效果，也不会推荐它。若要采用本试验的结果，请以此名加入手册，再运行：`attrition pilot read {name}`。",
    "open_end": "区间包含“无效果”：试验规模太小，无法分辨。",
    "balance": "| 开始时 | 差异 | 加权后 |",
    "balance.unweighted": "| 开始时 | 差异 |",
    "balance.note": "均值之差（试点组减对照组），以标准差为单位；不超过 {limit:.2f} 视为平衡。",
    "unbalanced": "{all} 项中有 {count} 项超出。小样本随机分组时也会偶然如此，请查看是哪些。",
    "arms": "| 组别 | 座席 | 主动离职 | 比例 | 其他离职 |",
    "adjusted": "按事先情况调整后的风险差",
    "left_out": "含人名或受保护属性，未作比较：{columns}。",
    "not_counted": "未计入：{text}。",
    "not on the roster": "名单中查无此人",
    "not employed at the start": "首日不在职",
    "gone without an exit on file": "已不见踪影且无离职记录",
    "tenure in days": "开始时的司龄",
    "figure": "{name}：{value} 个百分点（{interval}）。",
    "comma": "，",
}
