"""What a person reads of a what-if: the features that moved, and the risk before and after at each horizon."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrition.data.phrase import Phrase
from attrition.message import Message, counted
from attrition.report.translations import translations

if TYPE_CHECKING:
    import pandas as pd

    from attrition.steps.what_if import WhatIf

NOT_A_CAUSE = Message(
    "This is what the model expects of such an agent, not what the change would cause; a pilot shows that."
)


def what_if_lines(result: WhatIf) -> list[str]:
    """Return the lines.

    Examples
    --------
    >>> import pandas as pd
    >>> from attrition.features.pay import PAY
    >>> from attrition.steps.what_if import WhatIf
    >>> risk = {"horizon_months": 3, "difference": -0.02, "difference_low": -0.03, "difference_high": -0.01}
    >>> risk |= {f"risk{end}_{when}": 0.1 for end in ("", "_low", "_high") for when in ("before", "after")}
    >>> row = {"feature": "pay_base_amount", "before": 4000.0, "after": 4500.0}
    >>> features = {item.name: item for item in PAY.features}
    >>> lines = what_if_lines(WhatIf(pd.DataFrame([risk]), pd.DataFrame([row]), "", features))
    >>> lines[1].strip()
    'base pay per month: 4,000 -> 4,500'
    >>> lines[3].strip()
    '3 months: 10.0 % (10.0 to 10.0) -> 10.0 % (10.0 to 10.0); -2.0 points (-3.0 to -1.0)'
    >>> what_if_lines(WhatIf(pd.DataFrame(), pd.DataFrame([row]), "less than a month in post", features))[2]
    'The model states no risk for this agent: less than a month in post'
    """
    moved = [
        Message(
            "  {feature}: {before} -> {after}",
            feature=Phrase(result.features[str(name)].en, result.features[str(name)].zh),
            before=_value(before),
            after=_value(after),
        )
        for name, before, after in zip(*(result.moved[name] for name in ("feature", "before", "after")), strict=True)
    ]
    first = [Message("What follows from it:"), *(moved or [Message("  nothing")])]
    if result.abstain_reason:
        reason = Message(result.abstain_reason)
        return [*first, Message("The model states no risk for this agent: {reason}", reason=reason)]
    if result.bands is not None:
        before, after = (_band(name) for name in result.bands)
        return [*first, Message("Band: {before} -> {after}", before=before, after=after), NOT_A_CAUSE]
    risks = [_risk(row) for _, row in result.risks.iterrows()]
    return [*first, Message("Risk of resigning within"), *risks, NOT_A_CAUSE]


def _band(name: str) -> Phrase:
    """Return the name of a band; a dash where nobody has one."""
    english, chinese = (translations(language).name("band", name or "–") for language in ("en", "zh"))
    return Phrase(english, chinese)


def _risk(row: pd.Series) -> Message:
    """Return one horizon as a line, with the interval of each risk and of their difference."""
    before, after = (_interval(row, when) for when in ("before", "after"))
    points = [100 * row[name] for name in ("difference", "difference_low", "difference_high")]
    interval = Message("")
    if points[1] == points[1]:
        interval = Message(" ({low:+.1f} to {high:+.1f})", low=points[1], high=points[2])
    return Message(
        "  {within}: {before} -> {after}; {points:+.1f} points{interval}",
        within=counted("{count} month", "{count} months", int(row["horizon_months"])),
        before=before,
        after=after,
        points=points[0],
        interval=interval,
    )


def _interval(row: pd.Series, when: str) -> Message:
    point, low, high = (100 * row[f"risk{end}_{when}"] for end in ("", "_low", "_high"))
    return Message("{point:.1f} % ({low:.1f} to {high:.1f})", point=point, low=low, high=high)


def _value(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return Message("not known")
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value)
