"""Paper: every page of every edition, with its fonts inside, its drawings in colour, and the purpose at the foot."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attrition.report import pdf
from attrition.report.figures.month_figures import MonthFigures, month_figures
from attrition.report.inputs import ReportInputs
from attrition.report.pages import edition_page
from attrition.report.pdf import PANGO_MISSING_EXIT_CODE, PANGO_MISSING_MESSAGE, PdfRenderer, can_render_pdf, write_pdf
from attrition.report.translations import translations

pytestmark = [
    pytest.mark.skipif(not can_render_pdf(), reason=PANGO_MISSING_MESSAGE),
    pytest.mark.skipif(
        shutil.which("pdftoppm") is None, reason="poppler is not installed (apt-get install poppler-utils)"
    ),
]


@pytest.fixture(scope="module")
def figures(inputs: ReportInputs) -> MonthFigures:
    return month_figures(inputs)


@pytest.fixture(scope="module")
def team_page(figures: MonthFigures) -> str:
    return edition_page(figures, "en", "team")


@pytest.fixture(scope="module")
def centre_pdf(figures: MonthFigures, tmp_path_factory: pytest.TempPathFactory) -> Path:
    html_path = tmp_path_factory.mktemp("paper") / "centre.zh.html"
    html_path.write_text(edition_page(figures, "zh", "centre"), encoding="utf-8")
    with PdfRenderer(on_unavailable=pytest.fail) as renderer:
        renderer.submit(html_path)
    return html_path.with_suffix(".pdf")


@cache
def output_of(*command: str) -> str:
    """Return what a command prints; it is run once, for no test changes the files that it reads."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_files_are_rendered_by_as_many_processes_as_there_are_cores_for(tmp_path: Path) -> None:
    pages = [tmp_path / f"{number}.html" for number in range(4)]
    with PdfRenderer(on_unavailable=pytest.fail, processes=3) as renderer:
        for page in pages:
            page.write_text("<style></style><p>Retention</p>", encoding="utf-8")
            renderer.submit(page)
        rendering = {process.pid for process in renderer._processes}
    assert len(rendering) == 3
    assert [page.with_suffix(".pdf").read_bytes()[:5] for page in pages] == [b"%PDF-"] * 4


def test_paper_is_a4(centre_pdf: Path) -> None:
    assert "(A4)" in output_of("pdfinfo", str(centre_pdf))


def test_the_purpose_stands_at_the_foot_of_every_page(centre_pdf: Path) -> None:
    pages = output_of("pdftotext", "-layout", str(centre_pdf), "-").split("\f")[:-1]
    assert len(pages) > 3
    assert all(translations("zh")("purpose") in text for text in pages)


def test_paper_leaves_the_tables_behind_the_charts_to_the_page_and_says_so(centre_pdf: Path) -> None:
    text = output_of("pdftotext", str(centre_pdf), "-")
    assert translations("zh")("paper.tables") in text.replace("\n", "")
    assert translations("zh")("table.behind") not in text


def test_paper_has_each_chart_once_as_a_wide_screen_has(centre_pdf: Path) -> None:
    text = output_of("pdftotext", str(centre_pdf), "-")
    assert text.count(translations("zh")("actions.label.recommended", count="10")) == 1


def test_each_team_has_a_sheet_that_can_be_handed_out_alone(
    inputs: ReportInputs, figures: MonthFigures, team_page: str, tmp_path: Path
) -> None:
    html_path = tmp_path / "team.en.html"
    html_path.write_text(team_page, encoding="utf-8")
    sheets = output_of("pdftotext", "-layout", str(write_pdf(html_path)), "-").split("\f")
    names = [team.name for team in figures.teams]
    names_on = [[name for name in names if re.search(rf"^ *{name}\b", sheet, re.MULTILINE)] for sheet in sheets]
    assert [found for found in names_on if found] == [[name] for name in names]
    title = translations("en")("title.team", site=inputs.site, month="October 2026")
    assert all(title in sheet for sheet, found in zip(sheets, names_on, strict=True) if found)


def test_every_font_is_inside(centre_pdf: Path) -> None:
    fonts = output_of("pdffonts", str(centre_pdf)).splitlines()[2:]
    assert fonts
    assert all(re.search(r" yes +(yes|no) +(yes|no) ", font) for font in fonts)


def test_drawings_keep_their_colours_and_chinese_is_no_box(centre_pdf: Path, tmp_path: Path) -> None:
    output_of("pdftoppm", "-r", "60", "-png", "-f", "1", "-l", "2", str(centre_pdf), str(tmp_path / "sheet"))
    colours = np.concatenate(
        [np.asarray(Image.open(path).convert("RGB")).reshape(-1, 3) for path in sorted(tmp_path.glob("*.png"))]
    )
    for name, colour in {"range": (0xC9, 0xE0, 0xEF), "ribbon": (0x12, 0x34, 0x4D)}.items():
        assert (colours == colour).all(axis=1).sum() > 100, name
    assert "预计与实际离职人数" in output_of("pdftotext", str(centre_pdf), "-")


def test_the_same_page_gives_the_same_bytes(centre_pdf: Path, tmp_path: Path) -> None:
    again = shutil.copy(centre_pdf.with_suffix(".html"), tmp_path / "again.html")
    assert write_pdf(Path(again)).read_bytes() == centre_pdf.read_bytes()


def test_nothing_is_fetched(tmp_path: Path) -> None:
    from weasyprint.urls import FatalURLFetchingError

    drawing = tmp_path / "secret.svg"
    rect = "<rect width='9' height='9'/>"
    drawing.write_text(f"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>{rect}</svg>")
    page = tmp_path / "page.html"
    page.write_text(f"<p>words</p><img src='{drawing.as_uri()}' alt='not shown'>", encoding="utf-8")
    with pytest.raises(FatalURLFetchingError):
        write_pdf(page)


def test_a_machine_that_cannot_render_says_so_and_does_not_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        pdf, "WORKER_COMMAND", [sys.executable, "-c", f"import sys; sys.exit({PANGO_MISSING_EXIT_CODE})"]
    )
    messages: list[str] = []
    with PdfRenderer(on_unavailable=messages.append) as renderer:
        for number in range(50):
            renderer.submit(tmp_path / f"{number}.html")
    assert messages == [PANGO_MISSING_MESSAGE]


def test_a_document_that_cannot_be_laid_out_is_a_failure(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<img src='http://example.org/picture.png'>", encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError), PdfRenderer(on_unavailable=pytest.fail) as renderer:
        renderer.submit(page)


def test_what_the_operating_system_refuses_is_said_without_a_trace(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(FileNotFoundError), PdfRenderer(on_unavailable=pytest.fail) as renderer:
        renderer.submit(tmp_path / "nowhere.html")
    assert capfd.readouterr().err == ""


def test_whoever_stops_need_not_wait_for_the_rest(team_page: str, tmp_path: Path) -> None:
    html_path = tmp_path / "team.en.html"
    html_path.write_text(team_page, encoding="utf-8")
    with pytest.raises(KeyboardInterrupt), PdfRenderer(on_unavailable=pytest.fail) as renderer:
        renderer.submit(html_path)
        raise KeyboardInterrupt
    assert not html_path.with_suffix(".pdf").exists()


def test_a_file_in_the_reader_s_folder_is_no_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page, again = tmp_path / "page.html", tmp_path / "again.html"
    for path in (page, again):
        path.write_text("<p>words</p>", encoding="utf-8")
    expected = write_pdf(page).read_bytes()
    (tmp_path / "logging.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    with PdfRenderer(on_unavailable=pytest.fail) as renderer:
        renderer.submit(again)
    assert again.with_suffix(".pdf").read_bytes() == expected
