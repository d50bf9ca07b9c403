"""Features about pay: base pay against market and peers, its changes over time, and bonuses."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir

from attrition.data.engine import computed_once
from attrition.data.values.hire_dates import known_hire_date
from attrition.exposure.calendar import month_number
from attrition.exposure.histories import history, join_agent_months
from attrition.exposure.past import Past
from attrition.features.declare import Family, Feature
from attrition.features.operators import days_since, ratio, with_lagged
from attrition.features.peers import with_mean_of_others

FAMILY = "pay"

FEATURES = (
    Feature(
        name="pay_base_amount",
        family=FAMILY,
        lever="pay",
        unit="money",
        direction=-1,
        en="base pay per month",
        zh="月基本工资",
    ),
    Feature(
        name="pay_market_ratio",
        measure="ratio_to_norm",
        family=FAMILY,
        lever="pay",
        unit="ratio",
        direction=-1,
        en="base pay against the local market median",
        zh="基本工资与当地市场中位数之比",
        subject_en="base pay",
        subject_zh="基本工资",
        norm_en="the local market median",
        norm_zh="当地市场中位数",
        peers=True,
    ),
    Feature(
        name="pay_market_ratio_change_6m",
        topic="pay_market_ratio_change",
        measure="change",
        family=FAMILY,
        lever="pay",
        unit="share",
        direction=-1,
        en="change in base pay against the market over six months",
        zh="基本工资与市场之比的六个月变化",
    ),
    Feature(
        name="pay_market_low_ratio",
        topic="pay_market_ratio",
        measure="ratio_to_norm",
        family=FAMILY,
        lever="pay",
        unit="ratio",
        direction=-1,
        en="base pay against the market's lower quartile",
        zh="基本工资与市场25分位之比",
        subject_en="base pay",
        subject_zh="基本工资",
        norm_en="the market's lower quartile",
        norm_zh="市场25分位",
    ),
    Feature(
        name="pay_peer_ratio",
        measure="ratio_to_norm",
        family=FAMILY,
        lever="pay",
        unit="ratio",
        direction=-1,
        en="base pay against peers in the same role, site and tenure band",
        zh="基本工资与同岗位、同职场、同司龄段同事之比",
        subject_en="base pay",
        subject_zh="基本工资",
        norm_en="peers in the same role, site and tenure band",
        norm_zh="同岗位、同职场、同司龄段同事",
    ),
    Feature(
        name="pay_role_ratio",
        topic="pay_peer_ratio",
        measure="ratio_to_norm",
        family=FAMILY,
        lever="pay",
        unit="ratio",
        direction=-1,
        en="base pay against everybody in the same role and site",
        zh="基本工资与同岗位、同职场全体之比",
        subject_en="base pay",
        subject_zh="基本工资",
        norm_en="everybody in the same role and site",
        norm_zh="同岗位、同职场全体",
    ),
    Feature(
        name="pay_since_raise_days",
        measure="days_since",
        family=FAMILY,
        lever="pay",
        unit="days",
        direction=1,
        en="days since the last raise",
        zh="距上次加薪天数",
        event_en="the last raise",
        event_zh="上次加薪",
        peers=True,
    ),
    Feature(
        name="pay_last_raise_share",
        family=FAMILY,
        lever="pay",
        unit="share",
        direction=-1,
        en="size of the last raise",
        zh="上次加薪幅度",
        peers=True,
    ),
    Feature(
        name="pay_base_change_12m",
        topic="pay_last_raise_share",
        family=FAMILY,
        lever="pay",
        unit="share",
        direction=-1,
        en="growth of base pay over twelve months",
        zh="基本工资十二个月增长",
    ),
    Feature(
        name="pay_bonus_share_3m",
        topic="pay_bonus_share",
        family=FAMILY,
        lever="pay",
        unit="share",
        en="variable share of pay over three months",
        zh="近三个月浮动薪酬占比",
    ),
    Feature(
        name="pay_bonus_attainment_3m",
        topic="pay_bonus_attainment",
        family=FAMILY,
        lever="pay",
        unit="share",
        direction=-1,
        en="bonus paid against target over three months",
        zh="近三个月奖金达成率",
        peers=True,
    ),
    Feature(
        name="pay_bonus_attainment_12m",
        topic="pay_bonus_attainment",
        family=FAMILY,
        lever="pay",
        unit="share",
        direction=-1,
        en="bonus paid against target over twelve months",
        zh="近十二个月奖金达成率",
    ),
    Feature(
        name="pay_bonus_change_share",
        topic="pay_bonus_attainment",
        measure="ratio_to_norm",
        family=FAMILY,
        lever="pay",
        unit="ratio",
        direction=-1,
        en="bonus per month over three months against that of the last twelve",
        zh="近三个月月均奖金与近十二个月月均之比",
        subject_en="bonus per month over three months",
        subject_zh="近三个月月均奖金",
        norm_en="that of the last twelve",
        norm_zh="近十二个月月均",
    ),
    Feature(
        name="pay_since_bonus_days",
        measure="days_since",
        family=FAMILY,
        lever="none",
        unit="days",
        en="days since the last bonus was paid",
        zh="距上次发放奖金天数",
        event_en="the last bonus was paid",
        event_zh="上次发放奖金",
    ),
)


def build(past: Past) -> Iterator[ir.Table]:
    """Yield the features from ``pay``, then those that need ``market_pay`` and ``bonuses`` too."""
    if not past.has("pay"):
        return
    base_pay = past.state("pay").select("agent_id", "as_of", "base_pay")
    paid = computed_once(past.with_lags.inner_join(base_pay, ["agent_id", "as_of"]))
    yield _relative_to_colleagues(paid)
    yield _raises(past)
    keys = [name for name in ("job_role", "site", "grade") if past.has("market_pay", name)]
    if past.has("market_pay") and set(keys) <= set(paid.columns):
        yield _relative_to_market(past, paid, keys)
    if past.has("bonuses"):
        yield _bonuses(past, paid)


def _relative_to_colleagues(paid: ir.Table) -> ir.Table:
    """Return base pay against peers, against everybody in the same role and site, and against a year ago."""
    paid = with_mean_of_others(paid, ["base_pay"]).rename(peers_pay="base_pay_others")
    paid = with_lagged(with_mean_of_others(paid, ["base_pay"], group=("job_role", "site")), "base_pay", months=12)
    return paid.select(
        "agent_id",
        "as_of",
        pay_base_amount=paid.base_pay,
        pay_peer_ratio=ratio(paid.base_pay, paid.peers_pay),
        pay_role_ratio=ratio(paid.base_pay, paid.base_pay_others),
        pay_base_change_12m=ratio(paid.base_pay, paid.base_pay_lagged) - 1,
    )


def _raises(past: Past) -> ir.Table:
    """Return size and days since the last raise of the spell; without one, null and the days since the hire."""
    rows = history(past, "pay", ["base_pay"])
    raises = join_agent_months(past, rows.filter((rows.base_pay > rows.base_pay_before) & (rows.base_pay_before > 0)))
    # Higher pay at the start of a new spell than in the earlier spell is not a raise.
    raises = raises.filter(raises.effective_date > raises.hire_date)
    last = raises.group_by("agent_id", "as_of").aggregate(
        _raised_on=raises.effective_date.max(),
        pay_last_raise_share=(ratio(raises.base_pay, raises.base_pay_before) - 1).argmax(raises.effective_date),
    )
    rows = past.months.left_join(last, ["agent_id", "as_of"])
    raised_on = rows._raised_on.fill_null(known_hire_date(rows))
    return rows.select(
        "agent_id", "as_of", "pay_last_raise_share", pay_since_raise_days=days_since(raised_on, rows.as_of)
    )


def _relative_to_market(past: Past, paid: ir.Table, keys: list[str]) -> ir.Table:
    """Return base pay against the market's quantiles; `keys` are the columns (role, site, grade) to join on."""
    market = past.state("market_pay", by=keys, lookups=paid)
    market = market.select(*keys, "as_of", *(name for name in ("p50", "p25") if name in market.columns))
    paid = paid.inner_join(market, [*keys, "as_of"])
    paid = with_lagged(paid.mutate(pay_market_ratio=ratio(paid.base_pay, paid.p50)), "pay_market_ratio", months=6)
    columns = {"pay_market_ratio_change_6m": paid.pay_market_ratio - paid.pay_market_ratio_lagged}
    if "p25" in paid.columns:
        columns["pay_market_low_ratio"] = ratio(paid.base_pay, paid.p25)
    return paid.select("agent_id", "as_of", "pay_market_ratio", **columns)


def _bonuses(past: Past, paid: ir.Table) -> ir.Table:
    """Return bonuses over three and twelve months, relative to their targets, to base pay and to each other.

    For newcomers, base pay and monthly means cover the months since their hire.
    """
    sums = {"amount": lambda t: t.amount}
    if past.has("bonuses", "target_amount"):
        # Payments without a target are left out of both sums: in the first alone they would raise the attainment.
        sums |= {
            "targeted": lambda t: t.target_amount.notnull().ifelse(t.amount, 0),
            "target": lambda t: t.target_amount,
        }
    totals = past.totals("bonuses", sums, latest_dates={"paid_on": lambda t: t.pay_date}, windows=(3, 12))
    employed = paid.month - month_number(paid.hire_date) + 1
    months = {f"months_{w}m": ibis.least(employed, w) for w in (3, 12)}
    both = paid.select("agent_id", "as_of", "base_pay", **months).inner_join(totals, ["agent_id", "as_of"])
    windows = (3, 12) if "target" in sums else ()
    attainment = {f"pay_bonus_attainment_{w}m": ratio(both[f"targeted_{w}m"], both[f"target_{w}m"]) for w in windows}
    return both.select(
        "agent_id",
        "as_of",
        pay_bonus_share_3m=ratio(both.amount_3m, both.amount_3m + both.base_pay * both.months_3m),
        **attainment,
        pay_bonus_change_share=ratio(both.amount_3m * both.months_12m, both.amount_12m * both.months_3m),
        pay_since_bonus_days=days_since(both.paid_on, both.as_of),
    )


PAY = Family(name=FAMILY, features=FEATURES, build=build)
