"""Small folders of exports in Chinese, German and English, drawn as text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrition.data.guess.draft import Draft, draft_sources, scan_folder

CHINESE = {
    "花名册.csv": """\
佛山客服中心员工花名册
工号,姓名,性别,入职日期,用工形式
10016,王伟,男,2025年1月6日,固定期限
10021,李娜,女,2025年2月3日,劳务派遣
10033,张敏,女,2025年3月1日,无固定期限
合计,3,,,
""",
    "人员异动.csv": """\
工号,异动日期,异动后班组,班长工号
10016,2025/1/6,客服一部1组,0010021
10021,2025/2/3,客服一部1组,0010033
10033,2025/3/1,客服一部2组,0010021
""",
    "离职人员明细.csv": """\
工号,姓名,提出离职日期,离职日期,离职类型,办理人
0010021,李娜,2025-09-01,2025-09-30,自离,陈
""",
}
GERMAN = {
    "Personalstamm.csv": """\
PersNr;Name;Geschlecht;Konfession;Eintritt;Standort
4711;Anna Beispiel;w;ev;06.01.2025;Nürnberg
4712;Bernd Muster;m;rk;03.02.2025;Nürnberg
4713;Clara Probe;w;-;31.03.2025;Köln
""",
    "Versetzungen.csv": """\
PersNr;gültig ab;Organisationseinheit;Vorgesetzter
4711;06.01.2025;Team Süd;4712
4712;03.02.2025;Team Süd;4713
4713;31.03.2025;Team West;4712
""",
    "Austritte.csv": """\
PersNr;Austrittsdatum;Austrittsart
4712;30.09.2025;Eigenkündigung
""",
    "Gehalt.csv": """\
PersNr;gültig ab;Grundgehalt;Währung
4711;06.01.2025;2.400,50;EUR
4712;03.02.2025;2.410,00;EUR
4713;31.03.2025;2.420,00;EUR
""",
}
ENGLISH = {
    "staff list.csv": """\
Employee ID,Full Name,Date of Hire,Location,Age
E001,Ann Example,2025-01-06,Leeds,31
E002,Bob Sample,2025-02-03,Leeds,44
E003,Cid Specimen,2025-03-01,York,28
""",
    "job history.csv": """\
Employee ID,Effective Date,Team,Team Leader
E001,2025-01-06,Red,E002
E002,2025-02-03,Red,E003
E003,2025-03-01,Blue,E002
""",
    "leavers.csv": """\
Employee ID,Last Working Day,Exit Type
E002,2025-09-30,Resignation
""",
}


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    """Write texts as files of a folder, in UTF-8."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def draft_of(folder: Path, files: Mapping[str, str], existing: str = "") -> Draft:
    """Write files and return the draft of their declaration."""
    write_files(folder / "exports", files)
    return draft_sources(scan_folder(folder / "exports"), shown="exports", existing=existing)


def columns_of(draft: Draft, table: str) -> dict[str, str]:
    """Return by heading the columns of a table."""
    profile = next(profile for profile in draft.profiles if profile.table == table)
    return profile.columns | {name: name for name in profile.own_names}
