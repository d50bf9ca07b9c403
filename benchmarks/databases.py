"""Time of reading and checking a centre from PostgreSQL, relative to the same centre in Parquet and to a hash of it.

    PYTHONPATH=. python benchmarks/databases.py --rows 1000000 --runs 3

Starts PostgreSQL (Debian's package) in a temporary folder, loads the same tables there and into Parquet, then opens
both centres in turn, each in a process of its own. `cpu` is the processor's time of reading and checking in our own
process, without the server's; `process_cpu` is that of the whole process, with the import of the package. `hash` is
what it takes to ask the server whether any row has changed, which is all that happens where none has. `sums` are the
seconds until contacts by agent and month are here, added up by the server or here from all rows.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi as dbapi
import duckdb

from attrition.data.databases.address import Address
from attrition.data.databases.postgresql import arguments
from tests import servers

DAYS = 500
"""Days of work per agent; each has one row of shifts and one of contacts."""
TABLES = {
    "agents": """SELECT format('A{:06d}', no) AS agent_id, DATE '2022-01-03' + (no % 600)::INTEGER AS hire_date,
        CASE no % 3 WHEN 0 THEN 'north' ELSE 'south' END AS site FROM range(AGENTS) AS t(no)""",
    "assignments": """SELECT format('A{:06d}', no) AS agent_id,
        DATE '2022-01-03' + (no % 600)::INTEGER AS effective_date,
        format('T{:03d}', no // 15) AS team_id, 'agent' AS job_role FROM range(AGENTS) AS t(no)""",
    "exits": """SELECT format('A{:06d}', no) AS agent_id, DATE '2025-05-18' + (no % 28)::INTEGER AS exit_date,
        CASE no % 5 WHEN 0 THEN 'involuntary' ELSE 'voluntary' END AS exit_type
        FROM range(AGENTS) AS t(no) WHERE no % 25 = 0""",
    "shifts": """SELECT format('A{:06d}', no) AS agent_id, DATE '2024-01-01' + day::INTEGER AS shift_date,
        480::SMALLINT AS scheduled_minutes, (480 - (no * day) % 17)::SMALLINT AS worked_minutes,
        ((no + day) % 9)::DECIMAL(9, 2) AS late_minutes, (no + day) % 4 = 0 AS is_night,
        CASE WHEN (no + day) % 40 = 0 THEN 'unplanned' ELSE 'none' END AS absence
        FROM range(AGENTS) AS a(no), range(DAYS) AS d(day)""",
    "contacts": """SELECT format('A{:06d}', no) AS agent_id, DATE '2024-01-01' + day::INTEGER AS contact_date,
        'service' AS queue, (40 + (no * day) % 30)::INTEGER AS handled,
        ((40 + (no * day) % 30) * 240.5)::DECIMAL(12, 2) AS talk_seconds, ((no * day) % 5)::INTEGER AS transfers,
        CASE WHEN (no + day) % 7 = 0 THEN NULL ELSE ((no + day) % 3)::INTEGER END AS complaints
        FROM range(AGENTS) AS a(no), range(DAYS) AS d(day)""",
}
SITE = '[site]\nname = "Benchmark"\ntime_zone = "Asia/Shanghai"\ncurrency = "CNY"\ndata_ends = "2025-05"\n'
CHILD = """
import json, resource, sys, time
from pathlib import Path
from attrition.data import centre
from attrition.data.quality import USED
import pandas, pyarrow
def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
cpu, clock = used(), time.monotonic()
opened, faults = centre.inspect(Path(sys.argv[1]))
cpu, clock = used() - cpu, time.monotonic() - clock
stops = [str(fault) for fault in faults if fault.stops]
assert not stops, stops
rows = {line.table: int(line.rows) for line in opened.quality.itertuples() if line.rule == USED}
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"cpu": cpu, "process_cpu": used(), "clock": clock, "memory_mb": memory, "rows": rows}))
"""

HASH = """
import json, sys, time
from pathlib import Path
from attrition.data import sources
from attrition.data.databases.reading import digest_of_rows
workspace = Path(sys.argv[1])
declared, clock, cpu = sources.read(workspace), time.monotonic(), time.process_time()
for name, source in declared.tables.items():
    digest_of_rows(name, source, workspace, time_zone=declared.site.time_zone)
print(json.dumps({"cpu": time.process_time() - cpu, "clock": time.monotonic() - clock}))
"""
SUMS = """SELECT agent_id, date_trunc('month', contact_date)::date AS month, count(*) AS days, sum(handled) AS handled,
sum(talk_seconds) AS talk_seconds, sum(transfers) AS transfers, sum(complaints) AS complaints,
count(complaints) AS with_complaints FROM contacts GROUP BY 1, 2"""
ALL_ROWS = "SELECT agent_id, contact_date, handled, talk_seconds::float8, transfers, complaints FROM contacts"


def main() -> None:
    """Load both centres, open them in turn, and print the medians and their ratio."""
    options = _arguments()
    with servers.postgresql() as server, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parquet, database = folder / "parquet", folder / "database"
        _load(server, parquet, max(1, options.rows // (2 * DAYS)))
        _declare(parquet, {table: f'path = "{table}.parquet"' for table in TABLES})
        url = f"postgresql://reader:${{READER_PASSWORD}}@127.0.0.1:{server.port}/postgres"
        _declare(database, {table: f'url = "{url}"\nquery = "select * from {table}"' for table in TABLES})
        figures = [(opened(database), opened(parquet), opened(database, HASH)) for _ in range(options.runs)]
        sums = [_sums(server) for _ in range(options.runs)]
    print(json.dumps(summary(figures) | {"sums": sums}, indent=1))


def opened(workspace: Path, program: str = CHILD) -> dict[str, float]:
    """Return the figures of opening one centre, or of another program on it, in a process of its own."""
    result = subprocess.run(
        [sys.executable, "-c", program, str(workspace)],
        env=os.environ | {"READER_PASSWORD": servers.PASSWORD},
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(result.stdout)


def summary(figures: list[tuple[dict[str, float], dict[str, float], dict[str, float]]]) -> dict[str, object]:
    """Return the rows used, the medians of both sides and of the hash, and the median of the ratios of both sides."""
    result: dict[str, object] = {
        "rows": figures[0][0]["rows"],
        "same_rows": figures[0][0]["rows"] == figures[0][1]["rows"],
    }
    for side, name in enumerate(("postgresql", "parquet", "hash")):
        result[name] = {
            measure: round(statistics.median(run[side][measure] for run in figures), 2)
            for measure in figures[0][side]
            if measure != "rows"
        }
    ratios = [run[0]["cpu"] / run[1]["cpu"] for run in figures]
    return result | {"ratio": round(statistics.median(ratios), 2), "ratios": [round(ratio, 2) for ratio in ratios]}


def _load(server: servers.Server, parquet: Path, agents: int) -> None:
    """Write every table to Parquet, and copy it into PostgreSQL."""
    parquet.mkdir()
    with _cursor(server) as cursor:
        for table, template in TABLES.items():
            query = template.replace("AGENTS", str(agents)).replace("DAYS", str(DAYS))
            path = parquet / f"{table}.parquet"
            with duckdb.connect() as con:
                con.execute(f"COPY ({query}) TO '{path}'")
                types = con.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
            columns = ", ".join(f"{name} {'text' if kind == 'VARCHAR' else kind}" for name, kind, *_ in types)
            cursor.execute(f"CREATE TABLE {table} ({columns})")
            _copy(server, table, path)
        cursor.execute(f"CREATE ROLE reader LOGIN PASSWORD '{servers.PASSWORD}'")
        cursor.execute("GRANT pg_read_all_data TO reader")
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def _cursor(server: servers.Server) -> Iterator[Any]:
    """Yield a cursor of the server's administrator."""
    shown = Address(
        scheme="postgresql",
        host="127.0.0.1",
        port=server.port,
        user="postgres",
        password=server.password,
        path="postgres",
    )
    with dbapi.connect(**arguments(shown), autocommit=True) as connection, connection.cursor() as cursor:
        yield cursor


def _sums(server: servers.Server) -> dict[str, float]:
    """Return the seconds until the sums are here, by the server and by DuckDB from all rows, which must be the same."""
    with _cursor(server) as cursor, duckdb.connect() as con:
        begun = time.monotonic()
        cursor.execute(SUMS)
        by_server = cursor.fetch_arrow_table()
        between = time.monotonic()
        cursor.execute(ALL_ROWS)
        contacts = cursor.fetch_record_batch()
        here = con.execute(SUMS).to_arrow_table()
        ended = time.monotonic()
        del contacts  # what the query names
    assert here.num_rows == by_server.num_rows
    return {"by_the_server": round(between - begun, 2), "here": round(ended - between, 2), "rows": here.num_rows}


def _copy(server: servers.Server, table: str, path: Path) -> None:
    """Copy a Parquet file into a table of the server, as CSV that the server reads itself."""
    text = server.folder / f"{table}.csv"
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT * FROM '{path}') TO '{text}' (HEADER false)")
    command = ["psql", "-q", "-h", str(server.folder), "-p", str(server.port), "-U", "postgres", "-c"]
    with text.open("rb") as content:
        subprocess.run([*command, f"COPY {table} FROM STDIN (FORMAT csv)"], stdin=content, check=True)
    text.unlink()


def _declare(workspace: Path, tables: dict[str, str]) -> None:
    (workspace / "pipelines").mkdir(parents=True)
    sections = [f"[tables.{table}]\n{lines}\nrecording_delay_days = 0\n" for table, lines in tables.items()]
    (workspace / "pipelines" / "sources.toml").write_text("\n".join([SITE, *sections]), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of shifts and contacts together")
    parser.add_argument("--runs", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
