"""Name the stretches of months at the end of the data in which exits are missing from the list."""

from __future__ import annotations

from attrition.data.consistency.exit_months import Silence
from attrition.data.consistency.facts import Facts
from attrition.data.phrase import Phrase
from attrition.errors import Fault


def missing_exits(facts: Facts) -> list[Fault]:
    """Return a fault for each stretch with so few exits that they cannot all be on file, the centre's own first."""
    return [_fault(facts, silence) for silence in facts.extent.silences]


def _fault(facts: Facts, silence: Silence) -> Fault:
    values = {
        "after": f"{silence.after:%Y-%m}",
        "end": f"{facts.data_ends:%Y-%m}",
        "exits": silence.exits,
        "expected": round(silence.expected),
        "site": silence.site or "",
    }
    where_en, where_zh = (" of {site}", "{site}") if silence.site else ("", "")
    return Fault(
        file=facts.source_name("exits"),
        table="exits",
        column="exit_date",
        rule=Phrase(
            f"exits{where_en} are missing after {{after}}: {{exits}} on file up to {{end}}, {{expected}} expected",
            f"{where_zh}{{after}} 之后缺少离职记录：至 {{end}} 仅有 {{exits}} 条，按以往水平应约有 {{expected}} 条",
            **values,
        ),
        rows=round(silence.expected) - silence.exits,
        advice=Phrase(
            'supply the leavers to {end}; where it is complete, declare exits_complete_to = "{end}" under [site]',
            '请提供截至 {end} 的完整离职名单；若名单确已完整，请在 [site] 下声明 exits_complete_to = "{end}"',
            **values,
        ),
        severity="labels",
        effect=Phrase(
            "labels, rates and the track record go no further than {after}; later months are not learnt from",
            "标签、离职率与历史核对只到 {after}；此后各月不用于学习",
            **values,
        ),
    )
