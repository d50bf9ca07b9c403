"""Whatever state a workspace is in, the next step that a command prints can be taken there, and leads on."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attrition.cli import app
from attrition.model.aliases import current_aliases
from tests.centres import copy_with_panel, supply_no_protected_attributes, write_workspace
from tests.fixtures.make_workspace import declare

LENIENT = {
    "observed_over_expected": "[0.01, 100.0]",
    "calibration_slope": "[-100.0, 100.0]",
    "group_observed_over_expected": "[0.01, 100.0]",
    "auc_over_tenure_only": "0.0",
    "margin_to_champion": "1.0",
    "null_check_errors": "100.0",
    "draws": "20",
}
"""Criteria that any model of 150 agents meets, but for the one by which a test brings a state about."""
MONTHLY = "attrition monthly --as-of 2026-10"


def invoke(workspace: Path, command: str) -> tuple[int, str]:
    """Run a command as it was printed; a name and a reason are filled in."""
    words = shlex.split(command.replace("NAME", "'Li Na'").replace("WHY, IN WORDS", "we know why"))[1:]
    result = CliRunner().invoke(app, [*words, "--workspace", str(workspace)])
    return result.exit_code, result.output


def advice(output: str) -> str:
    """Return the command that an output ends with: in quotation marks, or all that stands behind "next"."""
    [line] = [line for line in output.splitlines() if re.match("next |attrition: ", line)]
    quoted = re.findall("`(attrition [^`]+)`", line)
    return str(quoted[-1]) if quoted else line.removeprefix("next").strip()


def set_criterion(workspace: Path, key: str, value: str) -> None:
    """Set a key of [promotion] alone."""
    path = workspace / "models" / "resignation.toml"
    before, section, after = path.read_text(encoding="utf-8").partition("[promotion]")
    assert section, f"{path.name} has no [promotion]"
    path.write_text(before + section + re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", after), encoding="utf-8")


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory, no_pdf_in_module: None) -> Path:
    """A centre of 150 agents whose panel is built, and no model."""
    workspace = copy_with_panel(tmp_path_factory)
    for key, value in LENIENT.items():
        declare(workspace / "models" / "resignation.toml", key, value)
    return workspace


@pytest.fixture
def workspace(centre: Path, tmp_path: Path) -> Path:
    """A copy of the centre, for one state."""
    return Path(shutil.copytree(centre, tmp_path / "workspace"))


def test_without_a_panel_and_with_too_few_months_no_advice_leads_in_a_circle(tmp_path: Path) -> None:
    write_workspace(tmp_path, agents=12, months=2, seed=1)
    code, output = invoke(tmp_path, MONTHLY)
    assert (code, advice(output)) == (2, "attrition retrain")
    code, output = invoke(tmp_path, "attrition retrain")
    assert (code, "nothing can be learnt yet" in output) == (2, True), output
    assert "attrition retrain" not in output
    code, output = invoke(tmp_path, "attrition panel")
    assert (code, advice(output)) == (0, "attrition life-table"), output
    assert "2 months of which exits are known are too few for a model, 4 are needed" in output
    code, output = invoke(tmp_path, MONTHLY)
    assert (code, advice(output)) == (2, "attrition life-table"), output


def test_a_check_of_one_month_ends_with_what_one_month_allows(tmp_path: Path) -> None:
    write_workspace(tmp_path, agents=60, months=1, seed=2)
    code, output = invoke(tmp_path, "attrition check")
    assert (code, advice(output)) == (0, "attrition life-table"), output
    assert "1 month of which exits are known is too few for a model" in output
    assert "backtest" not in output.splitlines()[-1]
    assert invoke(tmp_path, advice(output))[0] == 0


@pytest.mark.exhaustive
def test_where_nothing_speaks_against_the_first_model_it_reports_provisionally_and_says_so(workspace: Path) -> None:
    set_criterion(workspace, "minimum_events", "1000")
    code, output = invoke(workspace, "attrition retrain")
    assert (code, advice(output)) == (0, MONTHLY), output
    assert current_aliases(workspace) == {"provisional": "1"}
    code, report = invoke(workspace, MONTHLY)
    assert code == 0, report
    assert_said_everywhere(workspace, output + report)


def assert_said_everywhere(workspace: Path, printed: str) -> None:
    verdict = json.loads((workspace / "runs" / "retrain" / "version-1.json").read_text(encoding="utf-8"))
    assert "level in protected groups" in {check["name"] for check in verdict["checks"]}
    head = f"Provisional: resignations in the test months ({verdict['resignations']})"
    head_zh = f"暂行模型：检验月份内的主动离职（{verdict['resignations']}人）"
    assert (verdict["alias"], head in printed) == ("provisional", True)
    for edition in ("centre", "partner", "team"):
        pages = workspace / "reports" / "2026-10"
        assert head in (pages / f"{edition}.en.html").read_text(encoding="utf-8")
        assert head_zh in (pages / f"{edition}.zh.html").read_text(encoding="utf-8")
    for file, sentence in (("card.md", head), ("card.zh.md", head_zh)):
        assert sentence in (workspace / "runs" / "retrain" / "version-1" / file).read_text(encoding="utf-8")
    assert head in invoke(workspace, "attrition models list")[1]


@pytest.mark.exhaustive
def test_where_every_model_is_refuted_the_promotion_by_name_is_written_out_and_leads_to_a_report(
    workspace: Path,
) -> None:
    declare(workspace / "models" / "resignation.toml", "null_check_errors", "0.0001")
    code, output = invoke(workspace, "attrition retrain")
    assert (code, current_aliases(workspace)) == (0, {"challenger": "1"}), output
    code, refused = invoke(workspace, MONTHLY)
    assert code == 2
    assert advice(refused) == advice(output)
    assert "--despite 'noise features'" in advice(output)
    code, promoted = invoke(workspace, advice(output))
    assert (code, advice(promoted)) == (0, MONTHLY), promoted
    assert current_aliases(workspace) == {"champion": "1"}
    assert invoke(workspace, MONTHLY.replace("monthly", "score"))[0] == 0


@pytest.mark.exhaustive
def test_a_model_that_passes_everything_is_champion_and_nothing_is_said_of_it(workspace: Path) -> None:
    supply_no_protected_attributes(workspace)
    code, output = invoke(workspace, "attrition retrain")
    assert (code, advice(output), current_aliases(workspace)) == (0, MONTHLY, {"champion": "1"}), output
    assert "Provisional" not in output
    code, refused = invoke(workspace, "attrition models rollback --by NAME --reason 'WHY, IN WORDS'")
    assert code == 2
    assert invoke(workspace, "attrition models list")[0] == 0
    assert "attrition retrain" not in refused
