"""The input tables of the data contract: the name, type, meaning and allowed values of each column."""

from __future__ import annotations

from attrition.data.schema import Column, Table

AGENTS = Table(
    name="agents",
    grain_en="one employment spell (a rehire is a new spell)",
    grain_zh="一段雇佣期（再入职为新的一段）",
    key=('agent_id', 'hire_date', ),
    happened='hire_date',
    columns=(
        Column(name="agent_id", kind="text", en="agent's staff number", zh="工号", required=True, names_person=True),
        Column(name="hire_date", kind="date", en="first day of this employment spell", zh="入职日期", required=True),
        Column(name="birth_date", kind="date", en="birth date; for audits only", zh="出生日期（仅用于审计）", is_protected=True),
        Column(name="gender", kind="text", en="gender; for audits only", zh="性别（仅用于审计）", is_protected=True),
        Column(name="site", kind="text", en="site the agent belongs to", zh="职场"),
        Column(name="education", kind="text", en="highest education", zh="学历"),
        Column(name="hiring_source", kind="text", en="how the agent was hired (referral, job board, agency, campus)", zh="招聘渠道"),
        Column(name="class_id", kind="text", en="the training class the agent began in", zh="培训班"),
        Column(name="referrer_id", kind="text", en="staff number of the colleague who referred the agent", zh="推荐人工号", names_person=True),
        Column(name="employment_type", kind="text", en="kind of contract", zh="用工类型", choices=("permanent", "fixed_term", "agency", "seasonal")),
        Column(name="contract_end_date", kind="date", en="planned end of a fixed-term contract", zh="合同到期日"),
        Column(name="probation_end_date", kind="date", en="end of probation", zh="试用期结束日"),
        Column(name="training_end_date", kind="date", en="last day of class training", zh="培训结束日"),
        Column(name="commute_minutes", kind="number", en="commute, one way, in minutes", zh="通勤时间（分钟）", minimum=0, unit="minutes", typical=(1, 180)),
        Column(name="display_name", kind="text", en="the agent's name, shown to the HR partner beside the number and kept nowhere else", zh="姓名（仅向人力资源伙伴与工号一并显示，不在他处保存）", is_name=True),
        Column(name="fte", kind="number", en="full-time equivalent (1 is full time)", zh="全职当量", minimum=0, maximum=1.5, unit="share", typical=(0.2, 1.2)),
    ),
)

ASSIGNMENTS = Table(
    name="assignments",
    grain_en="effective-dated job history",
    grain_zh="按生效日记录的岗位历史",
    key=('agent_id', 'effective_date', ),
    happened='effective_date',
    columns=(
        Column(name="agent_id", kind="text", en="agent's staff number", zh="工号", required=True, names_person=True),
        Column(name="effective_date", kind="date", en="first day on which this assignment applies", zh="生效日期", required=True),
        Column(name="team_id", kind="text", en="team", zh="班组", required=True),
        Column(name="supervisor_id", kind="text", en="staff number of the team leader", zh="班长工号", names_person=True),
        Column(name="job_role", kind="text", en="job role", zh="岗位"),
        Column(name="grade", kind="text", en="grade on the ladder", zh="职级"),
        Column(name="skill_count", kind="integer", en="number of skills (queues) the agent is trained for", zh="技能数", minimum=0, typical=(1, 60)),
        Column(name="shift_pattern", kind="text", en="shift pattern (day, rotating, night, ...)", zh="班次模式"),
        Column(name="work_mode", kind="text", en="where the agent works", zh="工作方式", choices=("office", "hybrid", "home")),
        Column(name="contract_hours_week", kind="number", en="contracted hours a week", zh="每周合同工时", minimum=0, maximum=100, unit="hours a week", typical=(8, 60)),
        Column(name="account", kind="text", en="client or line of business", zh="业务线"),
        Column(name="channel", kind="text", en="channel the agent mainly works on (voice, chat, mail, ...)", zh="主要服务渠道（语音、在线、邮件等）"),
    ),
)

EXITS = Table(
    name="exits",
    grain_en="one exit",
    grain_zh="一次离职",
    key=('agent_id', 'exit_date', ),
    happened='exit_date',
    columns=(
        Column(name="agent_id", kind="text", en="agent's staff number", zh="工号", required=True, names_person=True),
        Column(name="exit_date", kind="date", en="last day of employment", zh="离职日期", required=True),
        Column(name="exit_type", kind="text", en="kind of exit, by who ended the employment", zh="离职类型", required=True, choices=("voluntary", "involuntary", "other")),
        Column(name="notice_date", kind="date", en="when the resignation was handed in", zh="提出离职日期"),
        Column(name="reason", kind="text", en="reason on file; never a feature", zh="离职原因（不作为特征）"),
    ),
)

PAY = Table(
    name="pay",
    grain_en="effective-dated base pay",
    grain_zh="按生效日记录的基本工资",
    key=('agent_id', 'effective_date', ),
    happened='effective_date',
    columns=(
        Column(name="agent_id", kind="text", en="agent's staff number", zh="工号", required=True, names_person=True),
        Column(name="effective_date", kind="date", en="first day on which this pay applies", zh="生效日期", required=True),
        Column(name="base_pay", kind="number", en="base pay per month, or per the row's `pay_period`", zh="月基本工资，或按 `pay_period` 所示周期", required=True, minimum=0, unit="per month"),
        Column(name="pay_period", kind="text", en="what the row's base pay is paid per, where not every row is per month; converted to a month", zh="该行工资的计薪周期（并非全部按月时）；统一换算为月", choices=("hour", "month", "year")),
        Column(name="currency", kind="text", en="currency (ISO code)", zh="币种"),
        Column(name="change_reason", kind="text", en="reason for the change of pay", zh="调薪原因"),
    ),
)

BONUSES = Table(
    name="bonuses",
    grain_en="one variable payment",
    grain_zh="一笔浮动薪酬",
    key=('agent_id', 'pay_date', 'payment_id', ),
    happened='pay_date',
    columns=(
        Column(name="agent_id", kind="text", en="agent's staff number", zh="工号", required=True, names_person=True),
        Column(name="pay_date", kind="date", en="day of payment", zh="发放日期", required=True),
        Column(name="amount", kind="number", en="amount paid", zh="金额", required=True),
        Column(name="payment_id", kind="text", en="number of the payment, where a day has several", zh="发放编号（同日多笔时）"),
        Column(name="target_amount", kind="number", en="amount at full target attainment", zh="目标金额", minimum=0),
        Column(name="currency", kind="text", en="currency (ISO code)", zh="币种"),
    ),
)

MARKET_PAY = Table(
    name="market_pay",
    grain_en="effective-dated pay benchmark",
    grain_zh="按生效日记录的市场薪酬",
    key=('effective_date', 'job_role', 'site', 'grade', ),
    happened='effective_date',
    columns=(
        Column(name="effective_date", kind="date", en="first day on which this benchmark applies", zh="生效日期", required=True),
        Column(name="p50", kind="number", en="market median, per month", zh="市场中位数（月）", required=True, minimum=0, unit="per month"),
        Column(name="p25", kind="number", en="market lower quartile, per month", zh="市场25分位（月）", minimum=0, unit="per month"),
        Column(name="p75", kind="number", en="market upper quartile, per month", zh="市场75分位（月）", minimum=0, unit="per month"),
        Column(name="job_role", kind="text", en="job role", zh="岗位"),
        Column(name="site", kind="text", en="site", zh="职场"),
        Column(name="grade", kind="text", en="grade", zh="职级"),
        Column(name="currency", kind="text", en="currency (ISO code)", zh="币种"),
    ),
)

SHIFTS = Table(
    name="shifts",
    grain_en="agent x scheduled day",
    grain_zh="座席 × 排班日",
    key=('agent_id', 'shift_date', ),
    happened='shift_date',
    columns=(
        Column(name="agent_id", kind="text", en="agent's staff number", zh="工号", required=True, names_person=True),
        Column(name="shift_date", kind="date", en="scheduled day", zh="排班日期", required=True),
        Column(name="scheduled_minutes", kind="number", en="minutes scheduled", zh="排班分钟", required=True, minimum=0, maximum=1440, unit="minutes", typical=(120, 780)),
        Column(name="worked_minutes", kind="number", en="minutes worked", zh="实际工作分钟", minimum=0, maximum=1440, unit="minutes", typical=(90, 780)),
        Column(name="overtime_minutes", kind="number", en="minutes of overtime", zh="加班分钟", minimum=0, maximum=1440, unit="minutes", typical=(5, 300)),
        Column(name="overtime_mandatory", kind="boolean", en="the overtime was mandatory", zh="是否强制加班"),
        Column(name="adherent_minutes", kind="number", en="minutes in the scheduled state (adherence)", zh="遵时分钟", minimum=0, maximum=1440, unit="minutes", typical=(60, 780)),
        Column(name="late_minutes", kind="number", en="minutes late", zh="迟到分钟", minimum=0, maximum=1440, unit="minutes", typical=(1, 120)),
        Column(name="is_night", kind="boolean", en="night shift", zh="是否夜班"),
        Column(name="absence", kind="text", en="absence on that day", zh="缺勤", choices=("none", "unplanned", "planned", "no_show")),
        Column(name="changed", kind="boolean", en="the shift was changed after it was published", zh="是否临时改班"),
        Column(name="published_on", kind="date", en="when the shift was published", zh="班表发布日期"),
        Column(name="start_minute", kind="number", en="start of the shift, minutes after midnight", zh="班次开始（零点后分钟）", minimum=0, maximum=1440, unit="minutes", typical=(120, 1439)),
        Column(name="work_place", kind="text", en="where the agent worked on that day; field is work outside the office and home", zh="当日工作地点（field 为外勤）", choices=("office", "home", "field")),
        Column(name="clock_missing", kind="boolean", en="a clocking in or out failed or is missing, although the agent worked", zh="出勤但打卡失败或缺失"),
        Column(name="clock_corrected", kind="boolean", en="a clocking was added or corrected by hand afterwards", zh="打卡记录经人工补登或更正"),
    ),
)

CONTACTS = Table(
    name="contacts",
    grain_en="agent x day x queue, from the ACD",
    grain_zh="座席 × 日 × 队列（ACD）",
    key=('agent_id', 'contact_date', 'queue', ),
    happened='contact_date',
    columns=(
        Column(name="agent_id", kind="text", en="agent's staff number", zh="工号", required=True, names_person=True),
        Column(name="contact_date", kind="date", en="day", zh="日期", required=True),
        Column(name="queue", kind="text", en="queue", zh="队列"),
        Column(name="handled", kind="number", en="contacts handled", zh="处理量", required=True, minimum=0, typical=(1, 5000)),
        Column(name="talk_seconds", kind="number", en="talk time", zh="通话时长（秒）", minimum=0, unit="seconds", typical=(20, 1800), typical_per="handled"),
        Column(name="hold_seconds", kind="number", en="hold time", zh="保持时长（秒）", minimum=0, unit="seconds", typical=(4, 20000)),
        Column(name="wrap_seconds", kind="number", en="after-contact work", zh="话后处理时长（秒）", minimum=0, unit="seconds", typical=(3, 900), typical_per="handled"),
        Column(name="idle_seconds", kind="number", en="waiting for a contact", zh="等待时长（秒）", minimum=0, unit="seconds", typical=(180, 600000)),
        Column(name="transfers", kind="number", en="contacts transferred", zh="转接量", minimum=0, typical=(1, 1000)),
        Column(name="repeats", kind="number", en="contacts repeated within the first contact resolution (FCR) window", zh="重复来电量", minimum=0, typical=(1, 1000)),
        Column(name="abusive", kind="number", en="contacts with an abusive customer", zh="辱骂来电量", minimum=0, typical=(1, 1000)),
        Column(name="complaints", kind="number", en="complaints", zh="投诉量", minimum=0, typical=(1, 1000)),
        Column(name="csat_sum", kind="number", en="sum of satisfaction scores", zh="满意度总分", typical=(0.3, 100), typical_per="csat_count"),
        Column(name="csat_count", kind="number", en="number of satisfaction scores", zh="满意度评价数", minimum=0, typical=(1, 2000)),
    ),
)

CONTACT_LOG = Table(
    name="contact_log",
    grain_en="one contact; instead of contacts, to which it is rolled up",
    grain_zh="一次来电；代替 contacts，读入时汇总",
    key=('contact_id', ),
    happened='started_at',
    columns=(
        Column(name="contact_id", kind="text", en="number of the contact", zh="来电编号", required=True),
        Column(name="agent_id", kind="text", en="agent's staff number", zh="工号", required=True, names_person=True),
        Column(name="started_at", kind="timestamp", en="when it began, on the site's clock", zh="开始时间（当地时间）", required=True),
        Column(name="queue", kind="text", en="queue", zh="队列"),
        Column(name="channel", kind="text", en="channel (voice, chat, mail, ...)", zh="渠道"),
        Column(name="talk_seconds", kind="number", en="talk time", zh="通话时长（秒）", minimum=0, unit="seconds"),
        Column(name="hold_seconds", kind="number", en="hold time", zh="保持时长（秒）", minimum=0, unit="seconds"),
        Column(name="wrap_seconds", kind="number", en="after-contact work", zh="话后处理时长（秒）", minimum=0, unit="seconds"),
        Column(name="transferred", kind="boolean", en="the contact was transferred", zh="是否转接"),
        Column(name="repeated", kind="boolean", en="the customer contacted the centre again within the first contact resolution (FCR) window", zh="客户是否在时限内再次来电"),
        Column(name="abusive", kind="boolean", en="the customer was abusive", zh="客户是否辱骂"),
        Column(name="complaint", kind="boolean", en="the contact led to a complaint", zh="是否投诉"),
        Column(name="csat", kind="number", en="satisfaction score", zh="满意度得分"),
        Column(name="customer_id", kind="text", en="number of the customer; kept nowhere, only to work out repeats within `repeats_within`", zh="客户编号；不予保存，仅用于按 `repeats_within` 计算重复来电"),
    ),
)

QA_EVALUATIONS = Table(
    name="qa_evaluations",
    grain_en="one evaluation; where item is mapped, one item of it",
    grain_zh="一次质检；映射了 item 时为其中一个评分项",
    key=('evaluation_id', 'item', ),
    happened='evaluated_on',
    columns=(
        Column(name="evaluation_id", kind="text", en="number of the evaluation", zh="质检编号", required=True),
        Column(name="agent_id", kind="text", en="agent's staff number", zh="工号", required=True, names_person=True),
        Column(name="evaluated_on", kind="date", en="day of the evaluation", zh="质检日期", required=True),
        Column(name="score", kind="number", en="score, 0 to 100", zh="得分", required=True, minimum=0, maximum=100, unit="of 100", typical=(30, 100)),
        Column(name="evaluator_id", kind="text", en="staff number of the evaluator", zh="质检员工号", names_person=True),
        Column(name="critical_errors", kind="number", en="fatal errors", zh="致命性差错", minimum=0, typical=(1, 50)),
        Column(name="noncritical_errors", kind="number", en="non-fatal errors", zh="非致命性差错", minimum=0, typical=(1, 100)),
        Column(name="appealed", kind="boolean", en="the agent appealed", zh="是否申诉"),
        Column(name="appeal_upheld", kind="boolean", en="the appeal succeeded", zh="申诉是否成立"),
        Column(name="appeal_resolved_on", kind="date", en="when the appeal was decided", zh="申诉结案日期"),
        Column(name="feedback_on", kind="date", en="when the agent got feedback", zh="反馈日期"),
        Column(name="contact_id", kind="text", en="number of the contact that was judged; two evaluations of one contact show how far evaluators agree", zh="被质检的来电编号；同一来电的两次质检可用于衡量质检员之间的一致性"),
        Column(name="item", kind="text", en="item of the evaluation form, where each has a row; the score of an evaluation is then the mean of its items, its errors their sum", zh="评分项（每项一行时）；此时一次质检的得分为各项的平均值，差错数为各项之和"),
    ),
)

INTERACTIONS = Table(
    name="interactions",
    grain_en="one interaction, or a day's count of one kind",
    grain_zh="一次互动，或一天内同类互动的次数",
    key=(),
    happened='interaction_date',
    columns=(
        Column(name="interaction_date", kind="date", en="day", zh="日期", required=True),
        Column(name="agent_id", kind="text", en="agent's staff number", zh="工号", required=True, names_person=True),
        Column(name="other_id", kind="text", en="staff number of the other person", zh="对方工号", required=True, names_person=True),
        Column(name="kind", kind="text", en="kind of interaction", zh="互动类型", required=True, choices=("one_to_one", "coaching", "peer_help", "recognition", "message", "meeting")),
        Column(name="minutes", kind="number", en="minutes", zh="分钟", minimum=0, unit="minutes", typical=(1, 480)),
        Column(name="count", kind="number", en="how many, where the row is a day's count", zh="次数", minimum=0, typical=(1, 2000)),
    ),
)

CAREER_EVENTS = Table(
    name="career_events",
    grain_en="one career event",
    grain_zh="一次职业事件",
    key=('agent_id', 'event_date', 'kind', 'event_id', ),
    happened='event_date',
    columns=(
        Column(name="agent_id", kind="text", en="agent's staff number", zh="工号", required=True, names_person=True),
        Column(name="event_date", kind="date", en="day", zh="日期", required=True),
        Column(name="kind", kind="text", en="kind of event", zh="事件类型", required=True, choices=("promotion", "demotion", "lateral_move", "application", "application_rejected", "training", "training_cancelled", "certification", "development_plan", "career_talk")),
        Column(name="event_id", kind="text", en="number of the event, where a day has several of a kind", zh="事件编号（同日同类多次时）"),
        Column(name="hours", kind="number", en="hours of training", zh="培训小时", minimum=0, unit="hours", typical=(0.25, 120)),
    ),
)

LEAVE_REQUESTS = Table(
    name="leave_requests",
    grain_en="one leave request",
    grain_zh="一次请假申请",
    key=('agent_id', 'requested_on', 'start_date', ),
    happened='requested_on',
    columns=(
        Column(name="agent_id", kind="text", en="agent's staff number", zh="工号", required=True, names_person=True),
        Column(name="requested_on", kind="date", en="day of the request", zh="申请日期", required=True),
        Column(name="start_date", kind="date", en="first day of the leave requested", zh="休假开始日期"),
        Column(name="days", kind="number", en="days requested", zh="天数", minimum=0, unit="working days", typical=(0.2, 60)),
        Column(name="status", kind="text", en="state of the request", zh="审批状态", required=True, choices=("approved", "denied", "pending")),
        Column(name="decided_on", kind="date", en="day of the decision", zh="审批日期"),
    ),
)

SURVEYS = Table(
    name="surveys",
    grain_en="one answer",
    grain_zh="一份问卷回答",
    key=('agent_id', 'survey_date', 'item', ),
    happened='survey_date',
    columns=(
        Column(name="agent_id", kind="text", en="agent's staff number", zh="工号", required=True, names_person=True),
        Column(name="survey_date", kind="date", en="day of the answer", zh="填写日期", required=True),
        Column(name="item", kind="text", en="question", zh="题目", required=True),
        Column(name="score", kind="number", en="answer", zh="得分", required=True),
        Column(name="scale_max", kind="number", en="highest answer on the scale", zh="量表最高分", minimum=1, typical=(2, 100)),
    ),
)

MARKET_CONDITIONS = Table(
    name="market_conditions",
    grain_en="site x month",
    grain_zh="职场 × 月",
    key=('site', 'effective_date', ),
    happened='effective_date',
    columns=(
        Column(name="site", kind="text", en="site", zh="职场", required=True),
        Column(name="effective_date", kind="date", en="first day of the month it describes", zh="生效日期", required=True),
        Column(name="unemployment_rate", kind="number", en="unemployment rate, in percent", zh="失业率（%）", minimum=0, maximum=100, unit="percent", typical=(0.4, 40)),
        Column(name="vacancies_index", kind="number", en="index of job advertisements", zh="招聘指数", minimum=0),
    ),
)

INTERVENTIONS = Table(
    name="interventions",
    grain_en="one retention action",
    grain_zh="一次留任措施",
    key=('agent_id', 'start_date', 'kind', ),
    happened='start_date',
    columns=(
        Column(name="agent_id", kind="text", en="agent's staff number", zh="工号", required=True, names_person=True),
        Column(name="start_date", kind="date", en="first day", zh="开始日期", required=True),
        Column(name="kind", kind="text", en="intervention, as named in playbook.toml", zh="措施", required=True),
        Column(name="cost", kind="number", en="cost in the site's currency", zh="成本", minimum=0),
        Column(name="pilot_id", kind="text", en="pilot it belongs to", zh="试点编号"),
        Column(name="arm", kind="text", en="arm of the pilot", zh="试点组别", choices=("treated", "control")),
        Column(name="declined", kind="boolean", en="the agent declined", zh="是否拒绝"),
    ),
)

SNAPSHOTS = Table(
    name="snapshots",
    grain_en="agent x month, wide: the monthly HR file many sites already have",
    grain_zh="座席 × 月（宽表）",
    key=('agent_id', 'as_of', ),
    happened='as_of',
    columns=(
        Column(name="agent_id", kind="text", en="agent's staff number", zh="工号", required=True, names_person=True),
        Column(name="as_of", kind="date", en="a day of the month the row describes", zh="月份", required=True),
        Column(name="hire_date", kind="date", en="first day of this employment spell", zh="入职日期"),
        Column(name="site", kind="text", en="site", zh="职场"),
        Column(name="team_id", kind="text", en="team", zh="班组"),
        Column(name="job_role", kind="text", en="job role", zh="岗位"),
    ),
)

AUDIT_ATTRIBUTES = Table(
    name="audit_attributes",
    grain_en="one agent",
    grain_zh="一名座席",
    key=('agent_id', ),
    happened=None,
    columns=(
        Column(name="agent_id", kind="text", en="agent's staff number", zh="工号", required=True, names_person=True),
    ),
)

RENUMBERED = Table(
    name="renumbered",
    grain_en="one change of number: an old and a new number of one person, whose employment goes on",
    grain_zh="一次工号变更：同一人的新旧工号，雇佣关系延续",
    key=('old_id', ),
    happened='from_date',
    columns=(
        Column(name="old_id", kind="text", en="staff number before", zh="旧工号", required=True, names_person=True),
        Column(name="new_id", kind="text", en="staff number since", zh="新工号", required=True, names_person=True),
        Column(name="from_date", kind="date", en="first day of the new number; an exit of the old one within a month of it is none", zh="新工号启用日期（旧工号在其前后一个月内的离职不计为离职）", required=True),
    ),
)

IDENTITIES = Table(
    name="identities",
    grain_en="one login of one person in one system, from a day to a day",
    grain_zh="某人在某系统的一个登录账号，自某日至某日",
    key=('system', 'id', 'valid_from', ),
    happened=None,
    columns=(
        Column(name="system", kind="text", en="system the login belongs to; tables name it as `ids`", zh="账号所属系统；各表以 `ids` 引用", required=True),
        Column(name="id", kind="text", en="login, as that system writes it", zh="系统登录账号", required=True),
        Column(name="agent_id", kind="text", en="staff number of whoever has the login", zh="账号使用人工号", required=True, names_person=True),
        Column(name="valid_from", kind="date", en="first day on which it is theirs", zh="启用日期"),
        Column(name="valid_to", kind="date", en="last day on which it is theirs; without it, the day before somebody else gets it", zh="停用日期（留空则至该账号交给他人的前一日）"),
    ),
)

PERFORMANCE = Table(
    name="performance",
    grain_en="one rating; for regretted losses, never a reason to let anybody go, and no feature unless it is declared as one",
    grain_zh="一次绩效评级（用于统计遗憾流失；不得作为辞退理由；除非声明，不作为特征）",
    key=('agent_id', 'period_end', ),
    happened='period_end',
    columns=(
        Column(name="agent_id", kind="text", en="agent's staff number", zh="工号", required=True, names_person=True),
        Column(name="period_end", kind="date", en="last day of the period that was rated", zh="考核期最后一天", required=True),
        Column(name="rating", kind="number", en="rating; higher is better", zh="绩效得分（越高越好）", required=True, minimum=0),
        Column(name="scale_max", kind="number", en="highest rating of the scale; the highest in the table where it is left out", zh="评级最高分；未填时取表中最高值", minimum=1, typical=(2, 100)),
    ),
)

SERVICE_LEVELS = Table(
    name="service_levels",
    grain_en="site or queue x interval or day",
    grain_zh="职场或队列 × 时段或日",
    key=('site', 'queue', 'starts_at', ),
    happened='starts_at',
    columns=(
        Column(name="site", kind="text", en="site, as in agents; a table needs this column or the queue", zh="职场，与 agents 一致；须有本列或队列"),
        Column(name="queue", kind="text", en="queue, as in contacts; a table needs this column or the site", zh="队列，与 contacts 一致；须有本列或职场"),
        Column(name="starts_at", kind="timestamp", en="when the interval began, on the site's clock; a day counts from its midnight", zh="时段开始时间（当地时间）；按日统计时为当日零点", required=True),
        Column(name="offered", kind="number", en="contacts offered", zh="呼入量", required=True, minimum=0),
        Column(name="answered", kind="number", en="contacts answered", zh="接通量", required=True, minimum=0),
        Column(name="answered_within_threshold", kind="number", en="contacts answered within the site's threshold, such as 20 seconds", zh="规定时间内（如20秒）接通量", minimum=0),
        Column(name="abandoned", kind="number", en="contacts given up by the customer before an answer", zh="放弃量", minimum=0),
        Column(name="required_agents", kind="number", en="agents needed, by the forecast", zh="所需人数（预测）", minimum=0),
        Column(name="scheduled_agents", kind="number", en="agents scheduled", zh="排班人数", minimum=0),
    ),
    needs_one_of=('site', 'queue', ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        AGENTS,
        ASSIGNMENTS,
        EXITS,
        PAY,
        BONUSES,
        MARKET_PAY,
        SHIFTS,
        CONTACTS,
        CONTACT_LOG,
        QA_EVALUATIONS,
        INTERACTIONS,
        CAREER_EVENTS,
        LEAVE_REQUESTS,
        SURVEYS,
        MARKET_CONDITIONS,
        INTERVENTIONS,
        SNAPSHOTS,
        AUDIT_ATTRIBUTES,
        RENUMBERED,
        IDENTITIES,
        SERVICE_LEVELS,
        PERFORMANCE,
    )
}
"""Every input table of the contract, by name."""

MONTHLY_TABLES = ("shifts", "contacts", "snapshots")
"""Tables with rows for nearly every agent in every month in which a centre runs."""

RECORDED_AT = Column(
    name="recorded_at", kind="timestamp", en="when the row became known in the source system", zh="记录时间"
)
IS_RETRACTED = Column(
    name="is_retracted", kind="boolean", en="this version withdraws the fact", zh="是否撤销该记录"
)
ANY_TABLE = (RECORDED_AT, IS_RETRACTED)
"""Columns that any table may have."""

PEOPLE_COLUMNS = tuple(
    dict.fromkeys(column.name for table in TABLES.values() for column in table.columns if column.names_person)
)
"""Columns that hold the number of a person, in every table."""
SUMMED_TABLES = ("contacts", "shifts", "bonuses")
"""Tables whose rows of one key can be added up."""
