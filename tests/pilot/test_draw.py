import numpy as np
import pandas as pd
import pytest

from attrition.errors import MissingProduct, UserError
from attrition.pilot.design_page import design_pages
from attrition.pilot.power import estimate_power, risk_within
from attrition.pilot.preregistration import ASSIGNMENT, BASELINE, DESIGN, read_preregistered, write_design
from tests.pilot.example_pilot import candidates, draw_example_pilot


@pytest.fixture
def workspace(tmp_path):
    pilot = draw_example_pilot()
    (tmp_path / "pilots" / "talks").mkdir(parents=True)
    write_design(tmp_path / "pilots" / "talks", pilot.design, assignment=pilot.assignment, baseline=pilot.baseline)
    return tmp_path


def test_half_are_treated_in_every_site():
    assignment = draw_example_pilot().assignment
    assert assignment.groupby("site")["arm"].value_counts().unique().tolist() == [10]


def test_the_capacity_of_the_playbook_is_not_exceeded():
    assert draw_example_pilot(capacity_per_month=5).design.size.treated == 5


def test_only_eligible_agents_are_assigned_and_the_others_are_counted():
    agents = candidates().assign(
        ineligible_reason=["the agent is new"] * 10 + [""] * 30, band=["high"] * 30 + ["low"] * 5 + [None] * 5
    )
    pilot = draw_example_pilot(agents, max_agents=16)
    assert list(pilot.assignment["agent_id"]) == list(agents["agent_id"][10:26])
    assert pilot.design.left_out == {
        "the agent is new": 10,
        "not in the risk bands of the pilot": 10,
        "at lower risk than the agents selected": 4,
    }


def test_too_few_agents_for_two_arms_are_refused():
    with pytest.raises(UserError, match="2 agents are eligible"):
        draw_example_pilot(candidates(2))


def test_the_same_design_gives_the_same_assignment_and_another_name_another():
    assert draw_example_pilot().assignment.equals(draw_example_pilot().assignment)
    assert not draw_example_pilot().assignment.equals(draw_example_pilot(name="other").assignment)


def test_expected_resignations_are_the_sum_of_the_risks():
    size = draw_example_pilot().design.size
    assert size.expected_control == pytest.approx(20 * 0.3)
    assert size.expected_treated == pytest.approx(20 * (1 - 0.7**0.8))


def test_the_power_is_schoenfelds_where_the_effect_is_small():
    """2,000 agents of risk .5 in two arms: 1,000 resignations at most, a quarter of each counts."""
    agents = pd.DataFrame({"agent_id": range(2000), "stratum": "a", "share": 0.5, "risk": 0.02})
    result = estimate_power(agents, ratio=0.7, risks=[])
    events = result.control + result.treated
    assert result.power == pytest.approx(_normal(abs(np.log(0.7)) * np.sqrt(events / 4) - 1.96), abs=0.01)


def test_the_number_of_agents_needed_has_the_target_power():
    size = draw_example_pilot().design.size
    agents = candidates(2 * (size.agents_needed // 2))
    assert draw_example_pilot(agents).design.size.power == pytest.approx(0.80, abs=0.01)


def test_the_smallest_detectable_effect_has_a_power_of_four_in_five():
    agents = pd.DataFrame({"agent_id": range(2000), "stratum": "a", "share": 0.5, "risk": 0.2})
    result = estimate_power(agents, ratio=0.9, risks=[]).detectable
    assert estimate_power(agents, ratio=result, risks=[]).power == pytest.approx(0.80, abs=1e-6)


def test_the_risk_between_horizons_follows_the_cumulative_hazard():
    scores = pd.DataFrame({"agent_id": "a", "horizon_months": [1, 3], "risk": [0.1, 0.19]})
    assert risk_within(scores, 2)["a"] == pytest.approx(1 - np.sqrt(0.9 * 0.81))


def test_a_preregistered_pilot_is_read_with_ids_as_they_were(workspace):
    design, agents = read_preregistered(workspace, "talks")
    assert design.is_intact()
    assert agents["agent_id"].iloc[0] == "00000"


def test_a_spreadsheet_knows_the_file_for_utf_8(workspace):
    assert (workspace / "pilots" / "talks" / ASSIGNMENT).read_bytes().startswith(b"\xef\xbb\xbf")


def test_other_line_ends_do_not_change_the_hash(workspace):
    path = workspace / "pilots" / "talks" / ASSIGNMENT
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_preregistered(workspace, "talks")


@pytest.mark.parametrize(
    ("file", "was", "becomes"),
    [
        (ASSIGNMENT, "treated", "control"),
        (ASSIGNMENT, "\n00", "\n"),
        (DESIGN, '"months": 6', '"months": 5'),
        (DESIGN, '"hoped": 0.8', '"hoped": 0.9'),
    ],
)
def test_what_was_changed_after_the_design_is_not_read(workspace, file, was, becomes):
    path = workspace / "pilots" / "talks" / file
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(UserError, match=rf"{file} was changed after the pilot was designed"):
        read_preregistered(workspace, "talks")


def test_a_changed_baseline_is_not_read(workspace):
    path = workspace / "pilots" / "talks" / BASELINE
    pd.read_parquet(path).assign(risk=0.1).to_parquet(path)
    with pytest.raises(UserError, match=r"baseline\.parquet was changed after the pilot was designed"):
        read_preregistered(workspace, "talks")


def test_a_pilot_that_is_not_there_is_named_with_the_command(tmp_path):
    with pytest.raises(MissingProduct, match="attrition pilot design"):
        read_preregistered(tmp_path, "nobody")


def test_the_page_says_that_controls_lose_nothing_and_that_it_is_too_few():
    pages = design_pages(draw_example_pilot().design, end="2026-10")
    assert "nobody is denied a normal measure" in pages["en"]
    assert "不拒绝任何人的正常待遇" in pages["zh"]
    assert "That is too few" in pages["en"]
    assert "规模太小" in pages["zh"]


def _normal(value: float) -> float:
    from scipy.special import ndtr

    return float(ndtr(value))


def test_an_unknown_site_is_an_empty_cell_and_keeps_the_hash():
    agents = candidates().assign(site=[None, "Wuhan"] * 20)
    assert set(draw_example_pilot(agents).assignment["site"]) == {"", "Wuhan"}


def test_plans_are_made_of_copies():
    agents = candidates()
    before = agents.copy()
    draw_example_pilot(agents)
    pd.testing.assert_frame_equal(agents, before)
