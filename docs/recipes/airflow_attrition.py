"""attrition in Airflow 3: the month on the fifth, a retrain each quarter. For the folder of DAGs.

Written for and run in Airflow 3.3.2. attrition lies in an environment of its own, since both pin libraries; the account
of the worker owns the workspace. What a task prints holds no person's data: `--log-json` names steps and counts.
"""

from __future__ import annotations

import subprocess
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from airflow.sdk import dag, get_current_context, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException

PROGRAM = "/opt/attrition/bin/attrition"
WORKSPACE = "/srv/centre"
ZONE = ZoneInfo("Asia/Shanghai")
BUSY, ALARM = 3, 4


@task(retries=12, retry_delay=timedelta(minutes=10), execution_timeout=timedelta(hours=6))
def attrition(command: str) -> None:
    """Run one command; only "another command is at work" (exit code 3) is tried again."""
    words = command.replace("MONTH", last_month()).split()
    done = subprocess.run([PROGRAM, "--log-json", *words], cwd=WORKSPACE, stdout=subprocess.DEVNULL, check=False)
    if done.returncode == BUSY:
        raise AirflowException("another command is at work in the workspace")
    if done.returncode == ALARM:
        raise AirflowFailException("an alarm: read runs/monitor/monitor.html")
    if done.returncode:
        raise AirflowFailException(f"exit code {done.returncode}: the last line of the log says what to do")


def last_month() -> str:
    """Return the month that was over when the run became due, such as 2026-10."""
    due = get_current_context()["dag_run"].run_after.astimezone(ZONE)
    return f"{due.replace(day=1) - timedelta(days=1):%Y-%m}"


@dag(schedule="0 6 5 * *", start_date=datetime(2026, 1, 1, tzinfo=ZONE), catchup=False, max_active_runs=1)
def attrition_month() -> None:
    """Check the exports, write the month's report, and fail on an alarm."""
    check = attrition.override(task_id="check")("check")
    monthly = attrition.override(task_id="monthly")("monthly --as-of MONTH")
    monitor = attrition.override(task_id="monitor")("monitor")
    check >> monthly >> monitor


@dag(schedule="0 20 6 1,4,7,10 *", start_date=datetime(2026, 1, 1, tzinfo=ZONE), catchup=False, max_active_runs=1)
def attrition_retrain() -> None:
    """Train a version each quarter; the criteria decide whether it scores."""
    attrition.override(task_id="retrain")("retrain")


month, retrain = attrition_month(), attrition_retrain()
