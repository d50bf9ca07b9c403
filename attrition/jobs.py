"""What the files of pipelines/ declare, except those whose classes are where they are used, such as the sources."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from attrition.data.terms import LANGUAGES, Language
from attrition.declared import Declaration
from attrition.message import Message
from attrition.predict.fairness_rule import FairnessRule
from attrition.predict.planning import Planning


class CheckJob(Declaration):
    """pipelines/check.toml: which features `attrition check` promises, which columns and changes it lists."""

    thin_column_share: float = Field(0.80, gt=0, le=1)
    """A column filled in a smaller share of its rows is listed."""
    promised_share: float = Field(0.05, ge=0, le=1)
    """A feature is promised if the agents of at least this share of agent-months are found in its tables."""
    max_change_share: float = Field(0.20, gt=0, le=1)
    """Rows, people and past months of a table may change by this share since the last accepted run, and the blanks of a
    column rise by it; a larger change is named."""


class RetrainJob(Declaration):
    """pipelines/retrain.toml: which specification of models/ is trained, and on how many agent-months at most."""

    model: str = "resignation"
    """The specification that is trained: `models/resignation.toml`."""
    most_agent_months: int = Field(default=600_000, ge=500)
    """Where the panel has more agent-months, about so many are trained and evaluated on: those of a sample of agents.

    12,000 agents in 48 months are 576,000. Of agents who resigned, the same share is drawn as of all others. Memory and
    time of a retrain grow with it."""


class MonthlyJob(Declaration):
    """pipelines/monthly.toml: languages, talks a month, money for a plan, and which groups are too small to show."""

    languages: tuple[Language, ...] = Field(LANGUAGES, min_length=1)
    """The languages of pages and PDFs; a workbook holds both."""
    capacity: int = Field(30, ge=1)
    """Agents the site can talk to in a month; the watch list is no longer."""
    budget: float = Field(0, ge=0)
    """Money for a plan of offers this month, in the site's currency; 0: no plan."""
    smallest_group: int = Field(10, ge=5)
    """Groups of fewer agents are not shown."""
    planning: Planning = Planning()


class PlanJob(Declaration):
    """pipelines/plan.toml: fairness of offers, capacities of sites, and what is computed besides the plan."""

    next_budget: float = Field(10_000, gt=0)
    """Additional money for which the plan reports the additional saving."""
    curve: tuple[float, ...] = (0.25, 0.5, 1.5, 2.0)
    """Other budgets that are solved, as multiples of the one requested."""
    draws: int = Field(400, ge=100)
    """Draws behind the interval of the saving."""
    seed: int = 20
    """The seed of these draws."""
    seconds: float = Field(60, gt=0)
    """Seconds the solver may take for one budget; then the best solution so far is returned, with its gap."""
    fairness: FairnessRule = FairnessRule()
    site_capacity: dict[str, dict[str, int]] = Field(default_factory=dict)
    """By intervention: site = how many agents there can be offered it."""


class LevelLimits(Declaration):
    """When observed against expected resignations are an alarm."""

    months_between_false_alarms: float = Field(default=24, ge=6)
    """While nothing changes, at least so many months pass on average until a false alarm: of the level, of all sites
    together, and of the list, each."""
    smallest_expected: float = Field(default=3, gt=0)
    """A site is watched by itself where at least so many resignations a month are expected there."""


class InputLimits(Declaration):
    """When features, scores and abstentions have moved away from the months the model was trained on."""

    stability_index: float = Field(default=0.25, gt=0)
    """A population stability index up to this is no difference; chance and seasons are allowed for besides."""
    blanks_rise: float = Field(default=0.10, gt=0, le=1)
    """By how much the share of blanks may be above the largest of a training month."""
    abstained_rise: float = Field(default=0.10, gt=0, le=1)
    """By how much the share of agents whom the model does not rank may be above the largest of a training month."""
    months_in_a_row: int = Field(default=2, ge=1)
    """A difference counts when it holds for so many months up to the newest."""
    moved_share: float = Field(default=0.05, ge=0, le=1)
    """A family is an alarm when its features that moved carry at least this share of the model."""


class RetrainLimits(Declaration):
    """From when on a retrain may learn enough that is new."""

    new_months: int = Field(default=3, ge=1)
    """Months with mature labels since the model was fitted."""
    new_resignations: int = Field(default=30, ge=1)
    """People who resigned in them."""


class MailAccount(Declaration):
    """A mail server and the account there; user and password come from the environment."""

    host: str
    """The mail server."""
    port: int = Field(default=587, ge=1, le=65535)
    """Its port: 587 with `starttls`, 465 with `tls`."""
    security: Literal["starttls", "tls"] = "starttls"
    """How the connection is encrypted; there is none without."""
    user: str = ""
    """The account, such as "${SMTP_USER}", an environment variable; "": the server asks for none."""
    password: str = ""
    """Its password, such as "${SMTP_PASSWORD}"."""
    sender: str
    """The address the mails come from."""


class Email(MailAccount):
    """A mail server and who gets the alarms."""

    recipients: tuple[str, ...] = Field(min_length=1)
    """Who gets them."""


class Webhook(Declaration):
    """A chat group or another program that gets a message."""

    shape: Literal["wecom", "dingtalk", "teams", "slack", "json"]
    """What the address belongs to: a group robot of WeCom or DingTalk, a workflow of Teams, Slack, or any program."""
    url: str
    """Where to post, such as "${ALERT_URL}", an environment variable: who has the address can post."""
    secret: str = ""
    """DingTalk's signing secret, such as "${ALERT_SECRET}"; for `json` the key of an HMAC-SHA256 of the body."""


class MonitorJob(Declaration):
    """pipelines/monitor.toml: what counts as a change, and who is told."""

    level: LevelLimits = LevelLimits()
    inputs: InputLimits = InputLimits()
    retrain: RetrainLimits = RetrainLimits()
    link: str = ""
    """Where recipients find the page, such as a share; "": the path on this machine."""
    email: Email | None = None
    webhooks: tuple[Webhook, ...] = ()
    """Chat groups and programs that get the alarms."""


class Recipient(Declaration):
    """Who gets links to a month's report: by their role, at an address or in a chat group."""

    role: Literal["director", "partner", "operations", "quality", "leader"]
    """Which editions are theirs: the centre's, the HR partner's with all teams, operations, quality, or their own
    teams."""
    email: str = ""
    """Their address."""
    webhook: Webhook | None = None
    """Their chat group or program, where they have no address."""
    language: Language | None = None
    """The language of message and pages; left out: as in [site]."""
    leader: str = ""
    """Of a team leader: their staff number."""
    team: str = ""
    """Of a team leader, instead: a team they lead."""

    @model_validator(mode="after")
    def _can_be_served(self) -> Recipient:
        if bool(self.email) == (self.webhook is not None):
            raise ValueError(Message("a recipient is reached by email or by webhook, and by one of them"))
        if self.role != "leader" and (self.leader or self.team):
            raise ValueError(Message("only a leader has leader or team"))
        if self.role == "leader" and bool(self.leader) == bool(self.team):
            raise ValueError(Message("whom a leader leads is declared by leader or by team, and by one of them"))
        return self


class SendJob(Declaration):
    """pipelines/send.toml: who gets which edition, as links."""

    link: str = ""
    """Where IT serves the folder reports/, so that each may open their own files alone."""
    after_monthly: bool = False
    """Whether `attrition monthly` sends as its last step."""
    email: MailAccount | None = None
    recipients: tuple[Recipient, ...] = ()
    """Who gets links."""

    @model_validator(mode="after")
    def _has_a_mail_server(self) -> SendJob:
        if self.email is None and any(recipient.email for recipient in self.recipients):
            raise ValueError(Message("recipients have an address, and there is no [email] with a mail server"))
        return self


class Retention(Declaration):
    """pipelines/retention.toml: how long products about single people stay; `attrition sweep` removes what is older."""

    agent_pages_days: int = Field(30, ge=1)
    """Days after which the page of an agent (`attrition explain`) goes."""
    check_days: int = Field(90, ge=1)
    """Days after which page and workbook of a check go: the workbook lists rows."""
    partner_months: int = Field(12, ge=1)
    """Months after which the partner edition of a report goes; centre and team editions hold groups and stay."""
    plan_months: int = Field(12, ge=1)
    """Months after which the plan of a month goes."""
    individual_months: int = Field(36, ge=24)
    """Months after which all rows about agents go from a scored month; its group tables stay. Reports compare the last
    twelve months whose outcome is known with what was expected, and need these rows for up to 24 months."""
    backtest_days: int = Field(730, ge=1)
    """Days after which a backtest that was not made again goes; it holds scores of agents."""
    tune_days: int = Field(365, ge=1)
    """Days after which the trials of a search for settings go."""
