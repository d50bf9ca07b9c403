"""attrition in Dagster: the month on the fifth, a retrain each quarter. `dagster dev -f dagster_attrition.py`.

Written for and run in Dagster 1.13.29. attrition lies in an environment of its own, since both pin libraries; the
account of the run owns the workspace. What an op prints holds no person's data: `--log-json` names steps and counts.
"""

import subprocess
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg

PROGRAM = "/opt/attrition/bin/attrition"
WORKSPACE = "/srv/centre"
ZONE = "Asia/Shanghai"
BUSY, ALARM = 3, 4


def run(command: str) -> None:
    """Run one command; only "another command is at work" (exit code 3) is tried again."""
    words = command.replace("MONTH", last_month()).split()
    done = subprocess.run([PROGRAM, "--log-json", *words], cwd=WORKSPACE, stdout=subprocess.DEVNULL, check=False)
    if done.returncode == BUSY:
        raise dg.RetryRequested(max_retries=12, seconds_to_wait=600)
    if done.returncode == ALARM:
        raise dg.Failure("an alarm: read runs/monitor/monitor.html", allow_retries=False)
    if done.returncode:
        raise dg.Failure(f"exit code {done.returncode}: the last line of the log says what to do", allow_retries=False)


def last_month() -> str:
    """Return the month that is over, such as 2026-10."""
    return f"{datetime.now(ZoneInfo(ZONE)).replace(day=1) - timedelta(days=1):%Y-%m}"


@dg.op(out=dg.Out(dg.Nothing))
def check() -> None:
    """Check the exports."""
    run("check")


@dg.op(ins={"checked": dg.In(dg.Nothing)}, out=dg.Out(dg.Nothing))
def monthly() -> None:
    """Score the month and write the report."""
    run("monthly --as-of MONTH")


@dg.op(ins={"reported": dg.In(dg.Nothing)})
def monitor() -> None:
    """Fail on an alarm."""
    run("monitor")


@dg.op
def retrain() -> None:
    """Train a version; the criteria decide whether it scores."""
    run("retrain")


@dg.job
def attrition_month() -> None:
    """Check the exports, write the month's report, and fail on an alarm."""
    monitor(monthly(check()))


@dg.job
def attrition_retrain() -> None:
    """Train each quarter."""
    retrain()


definitions = dg.Definitions(
    jobs=[attrition_month, attrition_retrain],
    schedules=[
        dg.ScheduleDefinition(job=attrition_month, cron_schedule="0 6 5 * *", execution_timezone=ZONE),
        dg.ScheduleDefinition(job=attrition_retrain, cron_schedule="0 20 6 1,4,7,10 *", execution_timezone=ZONE),
    ],
)
