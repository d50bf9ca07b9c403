import re
from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest

from attrition.labels.treated_labels import TreatedLabels
from attrition.model.card import NOT_WRITTEN, ModelCard, render_card
from attrition.model.card_page import page, write_card
from attrition.model.check import Check
from attrition.model.figures import TITLES
from attrition.model.promotion_criteria import Incumbent, evaluate_criteria, group_calibration
from attrition.model.run_artifacts import write_run_artifacts
from attrition.model.training_sample import Counts, TrainingSample

PROSE_ZH = "# 模型\n\n## 用途\n先谈一谈。英文见 [x](resignation.md)。\n"
PROSE = "# The model\n\n## Purpose\nTo talk.\n\n## Forbidden uses\n- Dismissal.\n"
CHECKS = [
    Check("calibration slope", True, "1.00; .8 to 1.2", "1.00；应在.8至1.2之间"),
    Check("golden rows", False, "a|b moved", "a|b有变"),
    Check("level in every group", False, "2 too few to evaluate", "2组人数过少", too_few=True),
]
QUALITY = pd.DataFrame(
    {
        "table": ["exits"] * 2,
        "rule": ["rows read", "set aside: withdrawal"],
        "rule_zh": ["读取的行", "已搁置：撤销记录"],
        "rows": [90, 7],
        "share": [1.0, 0.08],
    }
)


@pytest.fixture(scope="module")
def card(run, centre):
    return ModelCard(
        version="7",
        prose={"en": PROSE, "zh": PROSE_ZH},
        fitted=run.fitted,
        evaluation=run.evaluation,
        checks=CHECKS,
        groups=group_calibration(run.evaluation, run.groups),
        counts={"agent_months": len(centre.panel), "agents": centre.panel["agent_id"].nunique(), "months": 30},
        panel_facts={
            "site": {"name": "Foshan"},
            "data_ends": "2024-06-30",
            "newest": {"exits": "2024-06-28", "pay": None},
            "assumptions": [{"en": "exits are complete", "zh": "离职记录完整"}],
        },
        quality=QUALITY,
        made_from=run.made_from,
    )


@pytest.fixture(scope="module")
def text(card):
    return render_card(card)


@pytest.fixture(scope="module")
def chinese(card):
    return render_card(card, "zh")


def figures_by_section(text):
    return re.split(
        r"^## ", text[re.search(r"^# (?:Figures|第7版)", text, flags=re.MULTILINE).start() :], flags=re.MULTILINE
    )


def section(text, title):
    return re.search(rf"^## {title}\n(.*?)(?=^#+ |\Z)", text, flags=re.MULTILINE | re.DOTALL)[1]


def test_the_half_that_people_write_stands_in_it_word_for_word(text):
    assert PROSE.strip() in text
    assert text.index("Forbidden uses") < text.index("Figures of version 7")


def test_it_counts_the_labels_that_help_may_have_moved(card):
    fitted_on = section(
        render_card(replace(card, treated_labels=TreatedLabels(3, 2000, 150, 60, 9))), "What it was fitted on"
    )
    assert "Of 2,000 mature labels for a horizon of 3 months, 150 (7.5%, 60 agents)" in fitted_on


def test_of_few_agents_who_were_helped_no_number_is_told(card):
    fitted_on = section(
        render_card(replace(card, treated_labels=TreatedLabels(3, 2000, 17, 9, 4))), "What it was fitted on"
    )
    assert "some, of fewer than 10 agents, are of agents who received an intervention" in fitted_on
    assert "17" not in fitted_on.split("Of 2,000")[1]


def test_a_card_whose_human_half_is_missing_says_so(card):
    assert NOT_WRITTEN in render_card(replace(card, prose={}))


def test_it_says_data_dates_inputs_and_what_was_set_aside(text, card):
    assert "12,000 agent-months at risk" in text
    assert "| pay | not supplied |" in text
    assert "| exits.csv | 3 | `abababababababab` |" in text
    assert "| exits | withdrawal | 7 |" in text
    assert card.made_from["panel_sha256"] in text


def test_it_says_of_how_much_of_the_centre_the_sample_was(card, text):
    sample = TrainingSample(drawn=Counts(900, 40, 12), centre=Counts(2000, 90, 27))
    of_sample = replace(card, fitted=replace(card.fitted, sample=sample))
    for language in ("en", "zh"):
        assert sample.by_language[language] in render_card(of_sample, language)
    assert "sample of whole agents" not in text


def test_it_lists_every_feature_in_its_language(text, chinese, card):
    english, part = section(text, "Features by family"), section(chinese, "各类特征")
    assert all(f"| `{one.name}` | {one.family} | {one.en} |" in english for one in card.fitted.features)
    assert all(
        re.search(rf"\| `{one.name}` \| [一-鿿]+ \| {re.escape(one.zh)} \|", part) for one in card.fitted.features
    )


def test_the_chinese_card_has_every_figure_of_the_english_one(text, chinese):
    pairs = list(zip(figures_by_section(text), figures_by_section(chinese), strict=True))
    assert len(pairs) > 8
    for english, part in pairs:
        if not english.startswith("Features"):  # whose descriptions spell out numbers
            assert Counter(re.findall(r"\d+", english)) == Counter(re.findall(r"\d+", part))


def test_the_chinese_card_is_in_chinese(chinese):
    own_words = re.sub(r"`[^`]*`|\]\([^)]*\)|^Python.*$", "", "".join(figures_by_section(chinese)), flags=re.MULTILINE)
    assert re.findall(r"[A-Za-z]{2,} [A-Za-z]{2,}", own_words) == []
    assert "**未通过：基准行评分与保存时一致。离职人数太少，无法判断：各组风险水平准确。**" in chinese
    assert "| 基准行评分与保存时一致 | **未通过** | a\\|b有变 |" in chinese


def test_each_card_leads_to_the_other(text, chinese):
    assert "[中文模型卡](card.zh.md)" in text
    assert "英文见 [x](card.md)" in chinese


@pytest.mark.parametrize(
    ("prose", "language", "line"),
    [
        ({"en": PROSE}, "zh", "这一半还没有中文稿（可写在 `models/resignation.zh.md` 中）"),
        ({"zh": PROSE_ZH}, "en", "not written in English (`models/resignation.md` would hold it)"),
    ],
)
def test_what_people_wrote_in_one_language_alone_stands_in_both_cards(card, prose, language, line):
    shown = render_card(replace(card, prose=prose), language)
    assert line in shown
    assert next(iter(prose.values())).split("##")[0] in shown


def test_it_shows_the_model_beside_its_baselines_with_intervals(text):
    assert "| figure | resignation | base rate | logistic | tenure only |" in text
    assert re.search(r"\| auc \| 0\.\d{3} \(0\.\d{3} to 0\.\d{3}\) \|", text)


def test_another_recipe_of_the_champion_stands_beside_it(card, text):
    incumbent = Incumbent("6", card.fitted, replace(card.evaluation.backtest))
    assert "| figure | resignation | base rate | logistic | tenure only | champion recipe |" in render_card(
        replace(card, incumbent=incumbent)
    )
    same = replace(incumbent, backtest=card.evaluation.backtest)
    assert render_card(replace(card, incumbent=same)) == text


def test_it_has_how_early_leavers_were_at_the_top(card, text):
    figures = card.evaluation.lead_time.set_index("metric")["value"]
    sentence = re.search(r"### Lead time\n\n(.*)", text)[1]
    assert f"{figures['listed_before_share']:.0%} (" in sentence
    assert f"the excess over chance is {figures['listed_beyond_chance_share']:.0%} (" in sentence
    assert f"{figures['last_listed_share']:.0%} (" in sentence


def test_it_shows_every_check_with_its_result(text):
    part = section(text, "Promotion criteria")
    assert "| calibration slope | passed | 1.00; .8 to 1.2 |" in part
    assert "| golden rows | **failed** | a\\|b moved |" in part
    assert "| level in every group | too few | 2 too few to evaluate |" in part
    assert "**It failed: golden rows. Too few people resigned to judge: level in every group.**" in text


def test_of_a_small_group_only_its_name_is_told(card):
    few = card.groups.assign(verdict="too few")
    part = section(render_card(replace(card, groups=few)), "Subgroups")
    assert "- too few, site: Foshan, Wuhan" in part
    assert "| site |" not in part


def test_it_names_limits_and_assumptions(text, card):
    part = section(text, "Limits of this version")
    assert "- exits are complete" in part
    assert all(note in part for note in card.fitted.notes)


def test_it_names_events_within_the_evaluated_months(card):
    first, last = card.evaluation.origin.scored_months[0], card.evaluation.origin.scored_months[-1]
    before = {"day": f"{first - pd.DateOffset(months=2):%Y-%m-%d}"}
    facts = {
        "reorganisations": [{"day": f"{first:%Y-%m-01}"}, before],
        "events": [{"date": f"{last:%Y-%m-01}", "kind": "pay_scheme", "note": "bands, not steps"}],
    }
    part = section(render_card(replace(card, panel_facts=card.panel_facts | facts)), "Limits of this version")
    assert f"- the evaluated months span the reorganisation of {first:%Y-%m-01}" in part
    assert f"- the evaluated months span the pay scheme of {last:%Y-%m-01} (bands, not steps)" in part
    assert part.count("the evaluated months span") == 2


def test_no_agent_is_named_in_it(text, centre):
    assert not any(agent in text for agent in centre.panel["agent_id"].unique())


def test_the_page_holds_its_drawings_and_asks_for_nothing_from_outside(card, tmp_path):
    write_card(tmp_path, card)
    for name, other, reason in (("card", "card.zh", "withdrawal"), ("card.zh", "card", "撤销记录")):
        shown = (tmp_path / f"{name}.html").read_text(encoding="utf-8")
        assert shown.count('<svg role="img" aria-label=') == len(TITLES)
        assert "<img" not in shown
        assert set(re.findall(r'(?:src|href)="(?!#)([^"]*)', shown)) == {f"{other}.html"}
        assert f"<td>{reason}</td>" in shown
    drawing = (tmp_path / "months.zh.svg").read_text(encoding="utf-8")
    assert all(f">{word}</text>" in drawing for word in ("各月的风险水平准不准？", "预计", "实际", "月份"))
    assert not re.search(r">[a-z ?A-Z]{2,}</text>", drawing)


def test_the_same_card_gives_the_same_bytes(card, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_card(tmp_path / name, card)
    names = {path.name for path in (tmp_path / "one").iterdir()}
    files = [*("card.md", "card.html"), *(f"{name}.svg" for name in TITLES)]
    assert names == {*files, *(file.replace(".", ".zh.") for file in files)}
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in names)


def test_what_a_table_is_called_is_never_run():
    shown = page("| a |\n|---|\n| <script>alert(1)</script> |\n", {}, title="<b>")
    assert "<script>" not in shown
    assert "<title>&lt;b&gt;</title>" in shown


def test_a_model_that_could_not_be_examined_has_a_card_that_says_so(card, run, candidate, tmp_path):
    checks = evaluate_criteria(replace(candidate, evaluation=None))
    assert (checks[0].name, checks[0].status) == ("enough resignations to judge by", "too few")
    write_card(tmp_path, replace(card, evaluation=None, groups=pd.DataFrame(), checks=checks))
    text = (tmp_path / "card.md").read_text(encoding="utf-8")
    assert "not evaluated, since history is too short to hold months out" in text
    assert "## Holdout evaluation" not in text
    folder = write_run_artifacts(tmp_path / "run", replace(run, evaluation=None))
    assert not (folder / "metrics.csv").exists()


def test_the_card_names_the_form_of_the_model(text):
    assert "Boosted trees on all columns, fitted on what was known" in text


def test_it_names_the_families_that_cannot_be_told_apart(text, card):
    marked = replace(card, fitted=replace(card.fitted, indistinct_families=("pay", "career")))
    assert "the part of pay, career cannot be told apart" in render_card(marked)
    assert "told apart" not in section(text, "Features by family")
    assert "薪酬、职业发展的作用与风险的其余部分无法区分" in render_card(marked, "zh")
