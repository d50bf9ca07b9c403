"""The parameters of the synthetic centre, with the source of those that are taken from a study."""

from __future__ import annotations

# --- sites and teams ---
SITES = ("Foshan", "Chengdu", "Wuhan")
SITE_SHARE = (0.45, 0.35, 0.20)
SITE_PAY = (1.08, 1.00, 0.94)  # wage level against the middle site
TEAM_SIZE = 13
SEVERITY_SD = 3.2  # standard deviation, between evaluators, of the points they take off a score
EVALUATORS_PER_TEAM = 0.27  # one evaluator for about fifty agents
BURN_IN_MONTHS = 96  # hires reach back eight years before the exports begin
OPEN_AT_START = 0.08  # share of the seats that existed eight years ago; the centre grew since

# --- grades and pay ---
ROLES = ("agent", "senior agent", "specialist")
GRADES = ("G1", "G2", "G3", "G4", "G5", "G6")  # two grades to a role
BASE_MEDIAN = 4300.0  # CNY a month, G1, middle site, eight years before the exports begin
GRADE_STEP = 0.09
MARKET_GROWTH_YEAR = 0.032
MARKET_JUMP = 0.07  # a competitor opens: one site's market moves at once
MARKET_JUMP_MONTHS = 60  # every so many months at a site
START_PAY_LOG = (
    -0.02,
    0.075,
)  # mean and deviation of log pay over market; base pay is about 2 % below the market (five Chinese service centres)
BONUS_TARGET_SHARE = 0.20
BONUS_CUT = 0.10  # a plan change costs a site about this much attainment for a year (Sandvik et al.: 7 %)

# --- baseline: monthly exits of any kind by days of tenure (domain figures) ---
TENURE_DAYS = (0, 30, 91, 182, 365, 730, 1460)
EXIT_RATE = (0.095, 0.085, 0.050, 0.035, 0.025, 0.018, 0.012)
# what to add to the log of the voluntary part so that the realised rates meet EXIT_RATE although the drivers
# are convex and the shocks come on top; measured on seeds 1-3
TENURE_CORRECTION = (-0.15, -0.49, -0.57, -0.59, -1.0, -1.0, -1.05)
SHOCK_RATE = 0.0032  # a month; quits that no table explains (Mitchell et al. 2001: a quarter quit without searching)
FRAILTY_SD = 0.15  # lasting differences between people that no table holds
INVOLUNTARY_RATE = 0.0019
OTHER_RATE = 0.0008
# the calendar: few leave before the Spring Festival bonus, many after it; graduates move in summer
SEASON = (-0.20, 0.10, 0.22, 0.08, 0.0, 0.05, 0.10, 0.04, 0.0, -0.04, -0.12, -0.18)

EMPLOYMENT = ("permanent", "fixed_term", "agency", "seasonal")
EMPLOYMENT_SHARE = (0.35, 0.50, 0.12, 0.03)
NOT_RENEWED_SHARE = (0.0, 0.06, 0.15, 0.75)
RETENTION_SHARE = 0.007  # of the seats, each month: an agent who seems at risk gets a retention action
HIRING_SOURCES = ("job board", "referral", "campus", "agency", "walk-in")
HIRING_SHARE = (0.38, 0.24, 0.16, 0.12, 0.10)
EDUCATION = ("secondary", "college", "bachelor")
REHIRE_SHARE = 0.03
REFILL_SHARE = 0.85  # of the vacant seats, each month
WORK_MODES = ("office", "hybrid", "home")
SHIFT_PATTERNS = ("day", "rotating", "night")
PATTERN_SHARE = (0.42, 0.43, 0.15)
PATTERN_WEEKEND = (0.12, 0.26, 0.26)  # share of shifts on Saturdays and Sundays
PATTERN_NIGHT = (0.0, 0.12, 0.50)
QUEUES = ("billing", "orders", "technical", "complaints")
REASONS = ("pay", "career", "workload", "family", "study", "health of a relative", "")

# --- for the oracle's forecast: the share of a family's contribution to the log-hazard that is left after a month, and
# the standard deviation of the contribution ---
PERSISTENCE = {
    "pay": 0.97,
    "career": 0.83,
    "workload": 0.88,
    "schedule": 0.92,
    "quality": 0.90,
    "team": 0.86,
    "context": 0.96,
}
SPREAD = {
    "pay": 0.55,
    "career": 0.43,
    "workload": 0.37,
    "schedule": 0.44,
    "quality": 0.42,
    "team": 0.42,
    "context": 0.28,
}
FAMILIES = tuple(PERSISTENCE)
