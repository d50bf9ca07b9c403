"""A month's report is written whole or not at all."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from attrition.errors import UserError
from attrition.report import write_editions as writing
from attrition.report.inputs import ReportInputs
from attrition.report.pdf import PdfRenderer, can_render_pdf
from attrition.report.write_editions import write_editions


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def written_month(inputs: ReportInputs, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    """The folder of all months after the first was written in all languages and formats, and the returned paths."""
    folder = tmp_path_factory.mktemp("reports")
    return folder, write_editions(inputs, folder=folder)


@pytest.fixture
def reports(written_month: tuple[Path, list[Path]], tmp_path: Path) -> Path:
    """A copy of the folder of all months, with one month in it."""
    return Path(shutil.copytree(written_month[0], tmp_path / "reports"))


def test_a_month_leaves_each_edition_as_pages_on_paper_and_as_a_workbook(
    written_month: tuple[Path, list[Path]],
) -> None:
    folder, paths = written_month
    kinds = ["en.html", "zh.html", "xlsx", *(["en.pdf", "zh.pdf"] if can_render_pdf() else [])]
    names = [
        f"2026-10/{edition}.{kind}" for edition in ("centre", "partner", "operations", "quality") for kind in kinds
    ]
    names += [f"2026-10/team.{kind}" for kind in ("en.html", "zh.html", "xlsx")]
    names.append("2026-10/month.json")
    assert paths == [folder / name for name in (*sorted([*names, "2026-10/planning", "2026-10/teams"]), "index.html")]
    inside = {name for name in files(folder) if name.count("/") > 1}
    assert len([name for name in inside if "/teams/" in name]) == 2 * 6
    assert "2026-10/planning/leavers_by_month.csv" in inside
    assert files(folder).keys() - inside == {*names, "index.html"}


class ChinesePdfRenderer(PdfRenderer):
    """Renders the pages in Chinese; the PDFs of the others, which take as long, are empty."""

    def submit(self, html_path: Path) -> None:
        if html_path.name.endswith(".zh.html") or not can_render_pdf():
            super().submit(html_path)
        else:
            html_path.with_suffix(".pdf").touch()


def test_the_same_month_written_twice_is_the_same_month(
    inputs: ReportInputs, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = files(reports)
    monkeypatch.setattr(writing, "PdfRenderer", ChinesePdfRenderer)
    write_editions(inputs, folder=reports)
    again = files(reports)
    assert again.keys() == first.keys()
    assert [name for name in first if again[name] != first[name] and not name.endswith(".en.pdf")] == []


@pytest.mark.usefixtures("no_pdf")
def test_the_list_links_every_month_the_latest_first(inputs: ReportInputs, reports: Path) -> None:
    write_editions(replace(inputs, as_of=date(2026, 9, 30)), langs=["zh"], folder=reports)
    listed = (reports / "index.html").read_text(encoding="utf-8")
    assert 0 < listed.index('href="2026-10/centre.zh.html"') < listed.index('href="2026-09/team.xlsx"')


@pytest.mark.usefixtures("no_pdf")
def test_the_list_draws_how_the_expected_number_moved(inputs: ReportInputs, reports: Path) -> None:
    fewer = inputs.expected_leavers.assign(expected=inputs.expected_leavers["expected"] / 2)
    write_editions(replace(inputs, as_of=date(2026, 9, 30), expected_leavers=fewer), langs=["en"], folder=reports)
    listed = (reports / "index.html").read_text(encoding="utf-8")
    centre = inputs.expected_leavers.query("level == 'centre' and horizon_months == 3")["expected"].iloc[0]
    assert f'<desc id="spark-2026-10-d">{round(centre / 2)}, {round(centre)}</desc>' in listed
    assert listed.count("<svg") == 1


@pytest.mark.usefixtures("no_pdf")
def test_a_failure_leaves_the_earlier_report(
    inputs: ReportInputs, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(reports)

    def fails(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(writing, "write_workbook", fails)
    with pytest.raises(OSError, match="disk full"):
        write_editions(replace(inputs, site="another"), langs=["en"], folder=reports)
    assert files(reports) == before


def test_an_unknown_language_writes_nothing(inputs: ReportInputs, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no report can be written"):
        write_editions(inputs, langs=["en", "fr"], folder=tmp_path)
    assert files(tmp_path) == {}
