"""Each page that a command writes says what may be known of one agent."""

from __future__ import annotations

from pathlib import Path

import pytest

from attrition.data.people.protection import STRICTNESS, Mode, mode_sentence
from attrition.report.check_page import check_page
from attrition.report.formatter import Formatter
from attrition.report.papers.pages import whole_page
from attrition.report.translations import translations
from attrition.steps.pilot_files import write_pages
from tests.report.test_check_page import inputs


@pytest.mark.parametrize("mode", STRICTNESS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_check_a_paper_and_a_pilot_end_with_the_mode(mode: Mode, lang: str, tmp_path: Path) -> None:
    sentence = mode_sentence(mode, lang)
    assert sentence in check_page(inputs(mode=mode), lang)
    assert sentence in whole_page("A paper", "", Formatter(translations(lang), ""), stamp="", meta=[], mode=mode)
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "people.toml").write_text(f'mode = "{mode}"\n', encoding="utf-8")
    write_pages(tmp_path, "pilot", {lang: "# A pilot\n"}, workspace=tmp_path)
    assert (tmp_path / f"pilot.{lang}.md").read_text(encoding="utf-8") == f"# A pilot\n\n{sentence}\n"
