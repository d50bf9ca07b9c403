"""A centre that declares Chinese, or an analyst on a Chinese machine, reads no English sentence in the terminal."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
import typer

from attrition.cli import app
from tests.fixtures.make_workspace import KEPT
from tests.forked import CAN_FORK, Forked, forked
from tests.house.places import REPOSITORY

ENGLISH = re.compile(r"\b[A-Za-z']{2,} [a-z']{2,} [a-z']{2,}\b")
"""Three words in a row; names of commands, files, tables and columns are hardly ever that."""
COMMANDS = re.compile(r"attrition( [\w./\[\]=-]+)+|^ +attrition .*|--\w+ \"[^\"]*\"|（[a-z ',]+）", flags=re.MULTILINE)
"""Commands to copy, and the English name of a criterion, which `--despite` needs, beside the Chinese one."""


def environment(lang: str, encoding: str) -> dict[str, str]:
    """Return the environment of a machine of a language, whose console is that of a script."""
    other = {name: value for name, value in os.environ.items() if name not in ("LANGUAGE", "LC_ALL")}
    return other | {"LANG": lang, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": encoding, "COLUMNS": "80"}


@cache
def warm() -> Forked:
    """Start the process from which commands are forked; it ends with this one."""
    streams = tempfile.TemporaryDirectory()
    stack = ExitStack()
    stack.callback(streams.cleanup)
    atexit.register(stack.close)
    return stack.enter_context(forked(Path(streams.name), environment("C", "utf-8")))


def attrition(*words: str, folder: Path, lang: str = "C", encoding: str = "utf-8") -> tuple[int, str]:
    """Run a command as a person does; return its exit code and all that it printed."""
    if CAN_FORK and encoding == "utf-8":
        code, printed, errors = warm().run([*words], folder=folder, environment=environment(lang, encoding))
        return code, printed + errors
    command = [sys.executable, "-c", "from attrition.cli import main; main()", *words]
    done = subprocess.run(
        command, cwd=folder, env=environment(lang, encoding), capture_output=True, check=False, timeout=300
    )
    return done.returncode, (done.stdout + done.stderr).decode(encoding)


def chinese(*words: str, folder: Path, lang: str = "C", encoding: str = "utf-8") -> str:
    """Run a command and return what it printed, after a look that it is Chinese throughout."""
    code, text = attrition(*words, folder=folder, lang=lang, encoding=encoding)
    assert code in (0, 2), text
    assert re.search("[一-鿿]", text), text
    assert ENGLISH.findall(COMMANDS.sub("", text)) == [], text
    return text


def declared_chinese(folder: Path) -> Path:
    """Let a workspace declare Chinese."""
    sources = folder / "pipelines" / "sources.toml"
    text = sources.read_text(encoding="utf-8").replace('language = "en"', 'language = "zh-CN"')
    sources.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return declared_chinese(Path(shutil.copytree(KEPT, tmp_path_factory.mktemp("kept") / "workspace")))


def names_of_commands() -> list[str]:
    def below(command: object, path: str) -> list[str]:
        inner = getattr(command, "commands", {})
        return [path] + [name for key, other in inner.items() for name in below(other, f"{path} {key}".strip())]

    return below(typer.main.get_command(app), "")


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", names_of_commands())
def test_help_is_chinese_on_a_chinese_machine_and_never_cut_off(name: str, tmp_path: Path) -> None:
    text = chinese(*name.split(), "--help", folder=tmp_path, lang="zh_CN.UTF-8")
    assert "用法：attrition" in text
    assert "…" not in text.replace("……", "")


def test_help_follows_the_workspace_under_an_english_machine(workspace: Path, tmp_path: Path) -> None:
    assert "用法：" in chinese("panel", "--help", folder=workspace)
    assert "用法：" in chinese("panel", f"--workspace={workspace}", "--help", folder=tmp_path)
    assert "Usage: " in attrition("panel", "--help", folder=tmp_path)[1]


def test_a_new_workspace_is_announced_in_chinese(tmp_path: Path) -> None:
    text = chinese("init", "centre", folder=tmp_path, lang="zh_CN.UTF-8")
    assert "下一步  attrition map 导出文件夹 -w centre，或编辑 centre/pipelines/sources.toml；然后" in text
    assert "cd centre && attrition check" in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["panle"], "没有命令 'panle'"),
        (["score", "--as-of"], "选项 '--as-of' 需要一个值"),
        (["score"], "缺少选项 '--as-of'"),
        (["score", "--as-of", "2026-13"], "“2026-13”不是月份；请写成 2026-10 这样的形式"),
        (["check"], "请先运行 `attrition init`"),
        (["models", "compare", "1"], "缺少参数 'VERSION'"),
    ],
    ids=" ".join,
)
def test_a_command_line_that_cannot_be_read_is_explained_in_chinese(
    words: list[str], sentence: str, tmp_path: Path
) -> None:
    assert sentence in chinese(*words, folder=tmp_path, lang="zh_CN.UTF-8")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('currency = "CNY"', 'curency = "CNY"', "没有 site.curency 这个键（是否想写“currency”？）"),
        ('time_zone = "Asia/Shanghai"', 'time_zone = "Foshan"', "“Foshan”不是时区"),
        ('currency = "CNY"', "currency = 5", "site.currency：应为文本，请加引号"),
        ('currency = "CNY"', "currency = CNY", "值的写法不对；文本请加引号（第"),
    ],
)
def test_a_mistake_in_a_declaration_is_explained_in_chinese(
    old: str, new: str, sentence: str, workspace: Path, tmp_path: Path
) -> None:
    sources = Path(shutil.copytree(workspace / "pipelines", tmp_path / "pipelines")) / "sources.toml"
    sources.write_text(sources.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert sentence in chinese("check", folder=tmp_path, lang="zh_CN.UTF-8")


def test_a_fault_is_a_page_of_chinese(workspace: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(workspace, tmp_path / "copy"))
    (copy / "exports" / "exits.csv").write_text("agent_id,exit_date\n1,never\n", encoding="utf-8")
    text = chinese("check", folder=copy)
    assert "必须先修正" in text
    assert "attrition: 数据有" in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["models", "list"], "历次决定（最新的在前）"),
        (["models", "compare", "1", "2"], "第1版"),
        (["models", "promote", "2", "--by", "李娜", "--reason", "新的薪酬方案已在数据中"], "第2版已是正式模型"),
        (["models", "promote", "9", "--by", "李娜", "--reason", "新的薪酬方案已在数据中"], "第9版未登记"),
        (["monthly"], "值无效：请给出一个月"),
        (["pilot", "read"], "请写明要读取的试点"),
        (["pilot", "read", "nowhere"], "尚缺：pilots/nowhere/design.json；请先运行"),
        (["pilot", "design", "leader_coachin", "--as-of", "2026-10"], "是否想写“leader_coaching”？"),
        (["explain", "12", "--as-of", "2026-10"], "尚缺：2026-10的报告；请先运行"),
        (["score", "--as-of", "2020-01"], "2020-01"),
        (["plan", "--as-of", "2026-10", "--budget", "0"], "请给出大于0的金额"),
    ],
    ids=" ".join,
)
def test_what_a_command_answers_is_chinese(words: list[str], sentence: str, workspace: Path) -> None:
    assert sentence in chinese(*words, folder=workspace)


def test_a_panel_is_built_in_chinese(workspace: Path) -> None:
    text = chinese("panel", folder=workspace)
    assert re.search(r"读取并检查数据表  [\d.]+ 秒", text)
    assert "下一步  attrition monthly --as-of 2026-10" in text


def test_a_console_of_windows_that_lacks_a_sign_does_not_fail(workspace: Path) -> None:
    assert "历次决定" in chinese("models", "list", folder=workspace, encoding="gbk")
    assert attrition("models", "list", folder=workspace, encoding="ascii")[0] == 0
