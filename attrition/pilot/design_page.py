"""The page of a pilot's design, in English and Chinese: what to do, for whom, its power, and the planned analysis."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from attrition.pilot.power import TARGET_POWER
from attrition.pilot.preregistration import ASSIGNMENT, DESIGN, LIST, Design

POWER_EN = {
    "enough": "With these numbers the pilot would show the effect with a probability (power) of **{power:.0%}**.",
    "short": "**That is too few.** The pilot would show the effect with a probability (power) of only "
    "**{power:.0%}**; {wanted:.0%} is usual. Needed: about {agents_needed:,} agents like these, half of them treated, "
    "or {months_needed} with these.",
    "none": "The playbook expects no effect, so no number of agents could show one.",
    "months": "about {months} months",
    "no_months": "more than three years",
    "detectable": " The smallest effect with a power of {wanted:.0%}: a hazard ratio of {detectable:.2f}.",
    "bound": " Less than half, since `capacity_per_month` in models/playbook.toml is {capacity}.",
    "nothing": " Not even a hazard ratio of 0.15 would be shown with a power of {wanted:.0%}.",
}
POWER_ZH = {
    "enough": "以此规模，显示出该效果的概率为 **{power:.0%}**。",
    "short": "**规模太小。**显示出该效果的概率只有 **{power:.0%}**，通常要求 {wanted:.0%}。"
    "需要约 {agents_needed:,} 名同类座席（一半为试点组），或以现有座席持续{months_needed}。",
    "none": "措施手册预期没有效果，因此任何规模都无法显示。",
    "months": "约 {months} 个月",
    "no_months": "三年以上",
    "detectable": "能以 {wanted:.0%} 的概率发现的最小效果：风险比 {detectable:.2f}。",
    "bound": "不到一半，因为 models/playbook.toml 中 `capacity_per_month` 为 {capacity}。",
    "nothing": "即使风险比低至 0.15，也达不到 {wanted:.0%} 的发现概率。",
}


def design_pages(design: Design, *, end: str) -> dict[str, str]:
    """Return the page in English and in Chinese.

    Parameters
    ----------
    design : Design
        With its seal (hash).
    end : str
        The last month of the pilot, like 2027-04.

    Returns
    -------
    dict of str to str
        Markdown by language, ``en`` and ``zh``.
    """
    size, offer = design.size, design.offer
    blanks = {
        **size.model_dump(),
        "name": design.name,
        "as_of": design.as_of,
        "months": design.months,
        "hoped": design.hoped,
        "hypothesis": design.hypothesis,
        "file": ASSIGNMENT,
        "list": LIST,
        "design": DESIGN,
        "end": end,
        "id": offer.id,
        "control": size.agents - size.treated,
        "seed": design.seed,
        "seal": design.seal,
        "pooling": design.pooling,
        "grade": offer.grade,
        "source": offer.source,
        "eligibility": "; ".join(design.eligibility),
        "analysis": "\n".join(f"- {line}" for line in design.analysis),
        "left_out": _left_out(design.left_out),
    }
    english = {"offer": offer.en, "limits": offer.limits, **_power_blanks(design, POWER_EN)}
    chinese = {"offer": offer.zh, "limits": offer.limits_zh or offer.limits, **_power_blanks(design, POWER_ZH)}
    return {
        "en": template("design.en").format(**blanks | english),
        "zh": template("design.zh").format(**blanks | chinese),
    }


def power_line(design: Design, words: Mapping[str, str]) -> str:
    """Return the sentences on the power of the pilot, and on what it would need where that is too low.

    `words` is `POWER_EN` or `POWER_ZH`.
    """
    size = design.size
    months = words["no_months" if size.months_needed is None else "months"].format(months=size.months_needed)
    key = "none" if size.agents_needed is None else "enough" if size.power >= TARGET_POWER else "short"
    sentence = words[key].format(
        power=size.power, wanted=TARGET_POWER, agents_needed=size.agents_needed or 0, months_needed=months
    )
    smallest = "nothing" if size.detectable is None else "detectable"
    return sentence + words[smallest].format(wanted=TARGET_POWER, detectable=size.detectable or 0.0)


def _power_blanks(design: Design, words: Mapping[str, str]) -> dict[str, str]:
    """Return the blanks ``power`` and ``bound``; the latter is empty unless capacity is below half of the agents."""
    size, capacity = design.size, design.offer.capacity_per_month
    is_bound = capacity is not None and 2 * capacity < size.agents
    return {"power": power_line(design, words), "bound": words["bound"].format(capacity=capacity) if is_bound else ""}


def template(name: str) -> str:
    """Return the text of the template of a page, such as ``design.en``."""
    return files("attrition.pilot").joinpath("pages", f"{name}.md").read_text(encoding="utf-8")


def _left_out(counts: Mapping[str, int]) -> str:
    """Return the sentence on the agents left out, by reason; empty where none was."""
    reasons = "; ".join(f"{count} {reason}" for reason, count in counts.items())
    return f"Left out: {reasons}." if reasons else ""
