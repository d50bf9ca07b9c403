"""The terminal speaks the language that the workspace declares, else that of the machine."""

import os
from pathlib import Path

import pytest
from rich.console import Console

from attrition.terminal.backtest_answer import answer_table
from attrition.terminal.language import begin, language_of


def workspace(folder: Path, language: str) -> Path:
    (folder / "pipelines").mkdir(parents=True)
    (folder / "pipelines" / "sources.toml").write_text(f"[site]\n{language}\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("declared", "spoken"),
    [('language = "zh-CN"', "zh"), ('language = "en"', "en"), ("", "en"), ("language = 5", "en")],
)
def test_the_workspace_declares_the_language(declared: str, spoken: str, tmp_path: Path) -> None:
    assert language_of([workspace(tmp_path, declared)], {"LANG": "C"}) == spoken


def test_the_workspace_counts_more_than_the_machine(tmp_path: Path) -> None:
    assert language_of([workspace(tmp_path, 'language = "en"')], {"LANG": "zh_CN.UTF-8"}) == "en"


def test_the_first_folder_that_is_a_workspace_counts(tmp_path: Path) -> None:
    chinese, english = workspace(tmp_path / "a", 'language = "zh"'), workspace(tmp_path / "b", 'language = "en"')
    assert language_of([tmp_path / "panel", chinese, english], {}) == "zh"


@pytest.mark.parametrize(("command", "spoken"), [("check", "zh"), ("demo", "en"), ("init", "en")])
def test_a_new_workspace_has_nothing_to_do_with_the_folder_in_which_it_is_made(
    command: str, spoken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace(tmp_path, 'language = "zh-CN"'))  # as the folder of the source code declares
    monkeypatch.setenv("LANGUAGE", "en_GB")
    begin([command, "centre"])
    assert os.environ["LANGUAGE"] == spoken


@pytest.mark.parametrize("content", ["language = ", "\udcff"])
def test_a_broken_declaration_leaves_the_machine_s_language(content: str, tmp_path: Path) -> None:
    broken = workspace(tmp_path, "") / "pipelines" / "sources.toml"
    broken.write_text(content, encoding="utf-8", errors="surrogateescape")
    assert language_of([tmp_path], {"LC_ALL": "zh_TW.UTF-8"}) == "zh"


@pytest.mark.parametrize(("named", "spoken"), [("Chinese (Simplified)_China", "zh"), ("zh_CN", "zh"), (None, "en")])
def test_windows_names_its_language_itself(named: str | None, spoken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locale.getlocale", lambda: (named, "936"))
    assert language_of([], {}) == spoken


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({"LANGUAGE": "zh_CN:en", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh_CN.UTF-8", "LANG": "C"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_first_variable_that_is_set_names_the_machine_s_language(environment: dict[str, str], spoken: str) -> None:
    assert language_of([], environment) == spoken


def test_the_answer_of_a_backtest_is_never_cut_off() -> None:
    words = {"word": "好", "verdict": "座席的排序优于只看司龄，离职人数也估计得准。" * 4, "tried": "", "parts": []}
    out = Console(record=True, width=60, force_terminal=False)
    out.print(answer_table({"language": "zh", "zh": words}))
    assert "…" not in out.export_text()
