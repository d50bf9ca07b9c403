"""A Chinese service centre's folder: workbooks with titles, merged cells and totals, GB18030 files, pay by month.

Some moves stand there in an earlier version as well, numbers of people lose their zeros in some files, and dates are
written in five ways in one column. What the files hold is returned in the contract's names and units.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import xlsxwriter

from other_sites.cut import Cut

_NOTHING = "-"
_EDUCATION = {"college": "大专", "secondary": "中专/高中", "bachelor": "本科"}
_SOURCES = {"referral": "内部推荐", "campus": "校园招聘", "job board": "网络招聘", "agency": "劳务中介"}
_EMPLOYMENT = {"permanent": "无固定期限", "fixed_term": "固定期限", "agency": "劳务派遣", "seasonal": "实习/临时"}
_ROLES = {"agent": "客服专员", "senior agent": "高级客服专员"}
_PATTERNS = {"day": "白班", "rotating": "轮班", "night": "夜班"}
_ABSENCES = {"none": "正常", "unplanned": "病事假", "planned": "年休假", "no_show": "旷工"}
_EXITS = {"voluntary": ["主动离职", "辞职", "自离", "辞职 "], "involuntary": ["辞退"], "other": ["合同到期"]}
_ROSTER = ("序号", "部门", "工号", "姓名", "性别", "班组", "班长", "岗位", "职级", "入职日期", "转正日期", "合同到期日",
           "用工形式", "学历", "招聘渠道", "出生日期", "单程通勤(分钟)", "备注")  # fmt: skip


def write(cut: Cut, folder: Path, *, seed: int = 3) -> dict[str, pd.DataFrame]:
    """Write the files of the site, and return what they hold by table of the contract."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = Random(seed)
    teams = {team: _team_name(n) for n, team in enumerate(sorted(cut["assignments"]["team_id"].unique()))}
    moves = cut["assignments"].assign(team_id=cut["assignments"]["team_id"].map(teams))
    names = {
        number: rng.choice("王李张刘陈杨黄赵吴") + rng.choice("伟芳娜敏静丽强磊")
        for number in cut["agents"]["agent_id"]
    }
    return {
        "agents": _roster(cut, moves, names, folder / "花名册20261031.xlsx", rng),
        "exits": _exits(cut["exits"], names, folder / "离职人员明细.xlsx", rng),
        "assignments": _moves(moves, names, folder / "人员异动.csv"),
        "pay": _pay(cut, names, folder / "工资表.xlsx"),
        "shifts": _attendance(cut["shifts"], names, folder),
        "qa_evaluations": _evaluations(cut["qa_evaluations"], folder / "质检.xlsx", rng),
        "contacts": _calls(cut["contacts"], folder / "话务日报.csv"),
    }


def _team_name(n: int) -> str:
    return f"客服{'一二三四五六七八九十'[n // 6 % 10]}部{n % 6 + 1}组"


def _day(day: pd.Timestamp, rng: Random) -> Any:
    """Return how a hand-kept workbook writes a date: as a number, in two kinds of text, or as a date."""
    if pd.isna(day):
        return _NOTHING
    draw = rng.random()
    if draw < 0.4:
        return _serial(day)
    if draw < 0.7:
        return _in_characters(day)
    return _with_slashes(day) if draw < 0.9 else day.to_pydatetime()


def _serial(day: pd.Timestamp) -> int:
    return (day - pd.Timestamp("1899-12-30")).days


def _in_characters(day: pd.Timestamp) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _with_slashes(day: pd.Timestamp) -> str:
    return f"{day.year}/{day.month}/{day.day}"


def _roster(cut: Cut, moves: pd.DataFrame, names: dict[str, str], path: Path, rng: Random) -> pd.DataFrame:
    """Write who works here and who left on two sheets, by department, and return the agents they hold."""
    newest = moves.groupby("agent_id").tail(1).set_index("agent_id")
    agents = cut["agents"].assign(team=cut["agents"]["agent_id"].map(newest["team_id"]))
    lost = pd.Series([rng.random() >= 0.95 for _ in range(len(agents))], index=agents.index)
    agents = agents.assign(contract_end_date=agents["contract_end_date"].mask(lost)).sort_values("team", kind="stable")
    is_gone = agents["agent_id"].isin(cut["exits"]["agent_id"])
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy/m/d"}) as workbook:
        for sheet, rows in (("在职", agents[~is_gone]), ("离职", agents[is_gone])):
            _write_people(workbook.add_worksheet(sheet), sheet, rows, newest, names, rng)
    kept = ["agent_id", "hire_date", "gender", "site", "education", "hiring_source", "employment_type", "birth_date",
            "probation_end_date", "contract_end_date", "commute_minutes"]  # fmt: skip
    return agents[kept]


def _write_people(
    sheet: Any, title: str, rows: pd.DataFrame, newest: pd.DataFrame, names: dict[str, str], rng: Random
) -> None:
    sheet.merge_range(0, 0, 0, len(_ROSTER) - 1, f"佛山客服中心员工花名册（{title}）  截至2026年10月31日")
    sheet.merge_range(1, 0, 1, len(_ROSTER) - 1, "制表：人力资源部   单位：人")
    sheet.write_row(2, 0, _ROSTER)
    line = 3
    for _, block in rows.groupby(rows["team"].str[:4], sort=False):
        first = line
        for agent in block.itertuples():
            job = newest.loc[agent.agent_id]
            cells = [line - 2, None, int(agent.agent_id), names[agent.agent_id],
                     {"female": "女", "male": "男"}.get(agent.gender, _NOTHING), agent.team, job["supervisor_id"],
                     _ROLES.get(job["job_role"], job["job_role"]), job["grade"], _day(agent.hire_date, rng),
                     _day(agent.probation_end_date, rng),
                     "无" if pd.isna(agent.contract_end_date) else _day(agent.contract_end_date, rng),
                     _EMPLOYMENT[agent.employment_type], _EDUCATION.get(agent.education, agent.education),
                     _SOURCES.get(agent.hiring_source, agent.hiring_source), _day(agent.birth_date, rng),
                     _NOTHING if pd.isna(agent.commute_minutes) else int(agent.commute_minutes), ""]  # fmt: skip
            sheet.write_row(line, 0, cells)
            line += 1
        department = block["team"].iloc[0][:4]
        if line - first > 1:
            sheet.merge_range(first, 1, line - 1, 1, department)
        else:
            sheet.write(first, 1, department)
    sheet.write(line, 0, "合计")
    sheet.write(line, 2, len(rows))


def _exits(exits: pd.DataFrame, names: dict[str, str], path: Path, rng: Random) -> pd.DataFrame:
    """Write the list of leavers with some rows twice, and return its exits."""
    rows = [*exits.itertuples(), *list(exits.itertuples())[5:7], next(exits.itertuples())]
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy/m/d"}) as workbook:
        sheet = workbook.add_worksheet("Sheet1")
        sheet.merge_range(0, 0, 0, 6, "离职人员明细表")
        sheet.write_row(1, 0, ["工号", "姓名", "提出离职日期", "离职日期", "离职类型", "离职原因", "办理人"])
        for line, row in enumerate(rows, 2):
            notice = "无" if pd.isna(row.notice_date) else _day(row.notice_date, rng)
            reason = _NOTHING if pd.isna(row.reason) else row.reason
            cells = [row.agent_id, names[row.agent_id], notice, _day(row.exit_date, rng),
                     rng.choice(_EXITS[row.exit_type]), reason, "陈"]  # fmt: skip
            sheet.write_row(line, 0, cells)
        sheet.write_row(len(rows) + 2, 0, ["合计", None, None, f"{len(rows)}人"])
    return exits[["agent_id", "notice_date", "exit_date", "exit_type", "reason"]]


def _moves(moves: pd.DataFrame, names: dict[str, str], path: Path) -> pd.DataFrame:
    written = pd.DataFrame(
        {
            "工号": moves["agent_id"].astype(int),
            "姓名": moves["agent_id"].map(names),
            "异动日期": moves["effective_date"].map(_in_characters),
            "异动后班组": moves["team_id"],
            "班长工号": moves["supervisor_id"],
            "岗位": moves["job_role"].map(lambda role: _ROLES.get(role, role)),
            "职级": moves["grade"],
            "班次": moves["shift_pattern"].map(lambda pattern: _PATTERNS.get(pattern, pattern)),
            "业务线": moves["account"],
        }
    )
    pd.concat([written, written.iloc[[10, 11]]]).to_csv(path, index=False, encoding="gb18030")
    kept = ["agent_id", "effective_date", "team_id", "supervisor_id", "job_role", "grade", "shift_pattern", "account"]
    return moves[kept].drop_duplicates(["agent_id", "effective_date"], keep="last")


def _pay(cut: Cut, names: dict[str, str], path: Path) -> pd.DataFrame:
    """Write one column of base pay per month, and return one row per month that has an amount."""
    months = pd.date_range(
        cut["shifts"]["shift_date"].min().replace(day=1), cut["shifts"]["shift_date"].max(), freq="MS"
    )
    left = cut["exits"].groupby("agent_id")["exit_date"].max()
    changes = dict(iter(cut["pay"].groupby("agent_id")))
    held = []
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("基本工资")
        sheet.merge_range(0, 0, 0, len(months) + 1, "基本工资汇总（元）")
        sheet.write_row(1, 0, ["工号", "姓名", *(f"{month.year}年{month.month}月" for month in months)])
        for line, number in enumerate(sorted(names), 2):
            amounts = [_amount(changes.get(number), month, left.get(number)) for month in months]
            cells = [_NOTHING if amount is None else f"{amount:,.2f}" for amount in amounts]
            sheet.write_row(line, 0, [number, names[number], *cells])
            held += [
                (number, month, amount) for month, amount in zip(months, amounts, strict=True) if amount is not None
            ]
        rows = pd.DataFrame(held, columns=["agent_id", "effective_date", "base_pay"])
        totals = rows.groupby("effective_date")["base_pay"].sum().reindex(months, fill_value=0)
        sheet.write_row(len(names) + 2, 0, ["合计", None, *(f"{total:,.2f}" for total in totals)])
    return rows


def _amount(changes: pd.DataFrame | None, month: pd.Timestamp, left: pd.Timestamp | None) -> float | None:
    """Return what somebody earns at the end of a month; None before they are paid, and after they left."""
    if changes is None or (left is not None and month > left):
        return None
    until = changes[changes["effective_date"] <= month + pd.offsets.MonthEnd(0)]
    return None if until.empty else float(until["base_pay"].iloc[-1])


def _attendance(shifts: pd.DataFrame, names: dict[str, str], folder: Path) -> pd.DataFrame:
    """Write one file a month in hours, with two rows twice and a total, and return the shifts."""
    for month, rows in shifts.groupby(shifts["shift_date"].dt.to_period("M")):
        written = pd.DataFrame(
            {
                "工号": rows["agent_id"],
                "姓名": rows["agent_id"].map(names),
                "日期": rows["shift_date"].map(_with_slashes),
                "班次": rows["is_night"].map({True: "夜班", False: "白班"}),
                "上班时间": rows["start_minute"].map(lambda minute: f"{int(minute) // 60:02}:{int(minute) % 60:02}"),
                "应出勤(小时)": (rows["scheduled_minutes"] / 60).round(2),
                "实出勤(小时)": (rows["worked_minutes"] / 60).round(2),
                "加班(小时)": _or_nothing((rows["overtime_minutes"] / 60).round(2)),
                "迟到(分钟)": _or_nothing(rows["late_minutes"]),
                "考勤结果": rows["absence"].map(_ABSENCES),
                "是否调班": rows["changed"].map({True: "是", False: "否"}),
            }
        )
        total = pd.DataFrame([{"工号": "合计", "实出勤(小时)": f"{rows['worked_minutes'].sum() / 60:,.1f}"}])
        path = folder / f"考勤{month}.csv"
        pd.concat([written, written.iloc[:2], total]).to_csv(path, index=False, encoding="gb18030")
    kept = ["agent_id", "shift_date", "is_night", "start_minute", "scheduled_minutes", "worked_minutes",
            "overtime_minutes", "late_minutes", "absence", "changed"]  # fmt: skip
    return shifts[kept]


def _or_nothing(numbers: pd.Series) -> list[Any]:
    return [_NOTHING if number == 0 else number for number in numbers.tolist()]


def _evaluations(rows: pd.DataFrame, path: Path, rng: Random) -> pd.DataFrame:
    """Write evaluations with numbers for days and some scores missing, and return those with a score."""
    is_lost = pd.Series([rng.random() < 0.01 for _ in range(len(rows))], index=rows.index)
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("质检明细")
        sheet.write_row(0, 0, ["质检单号", "工号", "质检日期", "质检得分", "致命差错", "是否申诉"])
        for line, (row, lost) in enumerate(zip(rows.itertuples(), is_lost, strict=True), 1):
            score = _NOTHING if lost else row.score
            cells: Sequence[Any] = [row.evaluation_id, int(row.agent_id), _serial(row.evaluated_on), score,
                                    int(row.critical_errors), "是" if row.appealed else "否"]  # fmt: skip
            sheet.write_row(line, 0, cells)
    return rows.loc[~is_lost, ["evaluation_id", "agent_id", "evaluated_on", "score", "critical_errors", "appealed"]]


def _calls(contacts: pd.DataFrame, path: Path) -> pd.DataFrame:
    pd.DataFrame(
        {
            "坐席工号": contacts["agent_id"],
            "日期": contacts["contact_date"].dt.strftime("%Y-%m-%d"),
            "技能组": contacts["queue"],
            "接听量": contacts["handled"],
            "通话时长": contacts["talk_seconds"].map(_duration),
            "保持时长": contacts["hold_seconds"].map(_duration),
            "话后时长": contacts["wrap_seconds"].map(_duration),
            "转接量": contacts["transfers"],
            "投诉量": contacts["complaints"],
        }
    ).to_csv(path, index=False, encoding="utf-8-sig")
    kept = ["handled", "talk_seconds", "hold_seconds", "wrap_seconds", "transfers", "complaints"]
    return contacts[["agent_id", "contact_date", "queue", *kept]]


def _duration(seconds: float) -> str:
    return f"{int(seconds) // 3600}:{int(seconds) % 3600 // 60:02}:{int(seconds) % 60:02}"
