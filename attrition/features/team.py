"""Features about the team: leader, size, newcomers, resignations, and interactions between its members."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.features.colleagues import has_group, leader_spans, resignations_nearby, team_moves, teammates
from attrition.features.declare import Family, Feature
from attrition.features.interactions import interactions_per_month, team_survey, ties_to_resigned

FAMILY = "team"
_feature = partial(Feature, family=FAMILY, lever="team")
_count = partial(_feature, unit="count", absence="zero")
_coaching = partial(Feature, family=FAMILY, lever="coaching")
_symptom = partial(Feature, family=FAMILY, lever="none", is_symptom=True)

FEATURES = (
    _feature(name="team_size_count", unit="count", en="number of agents in the team", zh="班组人数"),
    _feature(
        name="team_span_count", unit="count", direction=1, en="number of agents per team leader", zh="班长管理幅度"
    ),
    _feature(
        name="team_newcomers_share",
        unit="share",
        direction=1,
        en="share of the team hired in the last six months",
        zh="班组中入职不足六个月的同事占比",
    ),
    _feature(
        name="team_tenure_days",
        unit="days",
        direction=-1,
        en="mean tenure of the others in the team",
        zh="班组同事平均在职天数",
    ),
    _feature(
        name="team_with_leader_days",
        unit="days",
        direction=-1,
        en="time with the present team leader",
        zh="与现任班长共事天数",
    ),
    _feature(
        name="team_leader_changes_3m",
        topic="team_with_leader_days",
        unit="count",
        direction=1,
        en="number of changes of team leader in three months",
        zh="近三个月更换班长次数",
    ),
    _feature(
        name="team_changes_6m",
        topic="team_changes",
        unit="count",
        en="number of changes of team in six months",
        zh="近六个月更换班组次数",
    ),
    _feature(
        name="team_resignation_share_3m",
        topic="team_resignation_share",
        unit="share",
        direction=1,
        en="monthly resignation rate of the team over three months",
        zh="班组近三个月月均主动离职率",
        peers=True,
    ),
    _feature(
        name="team_resignation_share_6m",
        topic="team_resignation_share",
        unit="share",
        direction=1,
        en="monthly resignation rate of the team over six months",
        zh="班组近六个月月均主动离职率",
    ),
    _feature(
        name="team_leader_resignation_share_12m",
        topic="team_leader_resignation_share",
        unit="share",
        direction=1,
        en="monthly resignation rate under the team leader over twelve months",
        zh="该班长手下近十二个月月均主动离职率",
    ),
    _count(
        name="team_referrers_resigned_6m",
        topic="team_referrers_resigned",
        direction=1,
        en="number of referring colleagues who resigned in six months",
        zh="近六个月离职的入职推荐人数",
    ),
    _count(
        name="team_ties_to_resigned_3m",
        topic="team_ties_to_resigned",
        direction=1,
        en="number of colleagues the agent shared help with who resigned in three months",
        zh="近三个月离职的互助同事数",
    ),
    _count(
        name="team_one_to_ones_1m",
        topic="team_one_to_ones",
        direction=-1,
        en="number of one-to-ones in the month",
        zh="当月一对一面谈次数",
    ),
    _count(
        name="team_one_to_ones_3m",
        topic="team_one_to_ones",
        direction=-1,
        en="number of one-to-ones per month over three months",
        zh="近三个月月均一对一面谈次数",
        peers=True,
    ),
    _coaching(
        name="team_coaching_3m",
        topic="team_coaching",
        unit="count",
        absence="zero",
        en="number of coaching sessions per month over three months",
        zh="近三个月月均辅导次数",
    ),
    _coaching(
        name="team_coaching_minutes_3m",
        topic="team_coaching",
        unit="minutes",
        absence="zero",
        en="coaching per month over three months",
        zh="近三个月月均辅导时长",
    ),
    _coaching(
        name="team_since_coaching_days",
        topic="team_coaching",
        measure="days_since",
        unit="days",
        direction=1,
        en="days since the last coaching within six months",
        zh="距半年内最近一次辅导天数",
        event_en="the last coaching within six months",
        event_zh="半年内最近一次辅导",
    ),
    _count(
        name="team_peer_help_3m",
        topic="team_peer_help",
        direction=-1,
        en="number of times help was shared with colleagues per month over three months",
        zh="近三个月月均同事互助次数",
    ),
    _count(
        name="team_recognition_3m",
        topic="team_recognition",
        direction=-1,
        en="number of recognitions per month over three months",
        zh="近三个月月均获得表扬次数",
    ),
    _count(
        name="team_recognition_6m",
        topic="team_recognition",
        direction=-1,
        en="number of recognitions per month over six months",
        zh="近六个月月均获得表扬次数",
        peers=True,
    ),
    _symptom(
        name="team_messages_3m",
        topic="team_messages",
        unit="count",
        absence="zero",
        direction=-1,
        en="number of messages per month over three months",
        zh="近三个月月均消息数",
    ),
    _symptom(
        name="team_messages_change_ratio",
        measure="ratio_to_norm",
        unit="ratio",
        direction=-1,
        en="messages in the month against the last six months",
        zh="当月消息数与近六个月月均之比",
        subject_en="messages in the month",
        subject_zh="当月消息数",
        norm_en="the last six months",
        norm_zh="近六个月月均",
    ),
    _symptom(
        name="team_encounters_change_ratio",
        measure="ratio_to_norm",
        unit="ratio",
        direction=-1,
        en="talks, help and meetings in three months against the last six",
        zh="近三个月面谈、互助与会议次数与近六个月月均之比",
        subject_en="talks, help and meetings in three months",
        subject_zh="近三个月面谈、互助与会议次数",
        norm_en="the last six",
        norm_zh="近六个月月均",
    ),
    _feature(
        name="team_survey_share_6m",
        topic="team_survey_share",
        unit="share",
        direction=-1,
        en="survey score of the others in the team over six months",
        zh="班组同事近六个月问卷得分率",
    ),
)


def build(past: Past) -> Iterator[ir.Table]:
    """Yield features of team and leader and of colleagues who resigned, then those of interactions and surveys.

    Team and leader come from ``assignments`` or ``snapshots``, resignations from ``exits``, referrers from ``agents``.
    """
    if has_group(past, "team_id"):
        yield teammates(past)
    if has_group(past, "supervisor_id"):
        yield leader_spans(past)
    if past.has("assignments"):
        yield team_moves(past)
    yield from resignations_nearby(past)
    if past.has("interactions"):
        yield interactions_per_month(past)
        yield ties_to_resigned(past)
    if past.has("surveys") and has_group(past, "team_id"):
        yield team_survey(past)


TEAM = Family(name=FAMILY, features=FEATURES, build=build)
