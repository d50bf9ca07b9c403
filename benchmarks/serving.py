"""Compare `attrition serve` with MLflow's own server of the same model: bad requests, throughput, and memory.

    PYTHONPATH=. python benchmarks/serving.py row --workspace demo
    PYTHONPATH=. python benchmarks/serving.py battery --workspace demo
    PYTHONPATH=. python benchmarks/serving.py throughput --workspace demo
    PYTHONPATH=. python benchmarks/serving.py memory --workspace demo

The workspace is that of `attrition demo`, or any with a panel and a model in use; it is not changed. Both servers run
together, and are asked in turn; `row` answers single rows in this process, without a server. Processor time is read
from /proc, so that this needs Linux. The battery of bad requests is that of `tests/predict/service`.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from two_servers.servers import Running, mlflows, ours

from attrition.model.aliases import current_aliases
from attrition.predict.service.application import answer
from attrition.predict.service.limits import Limits
from attrition.runs import Runs
from attrition.steps.model_in_use import load_model_in_use
from attrition.steps.serve import RegisteredModels
from tests.predict.service.bad_requests import JSON, bad_requests

SENTINEL = "SENTINEL"
KNOWN = {"site": "Foshan", "is_gone": False, "sources": "running"}
ROUNDS = 5
LONG_BODY = 31 * 2**20


def main() -> None:
    """Start both servers, run one comparison, and print its table."""
    options = _arguments()
    if options.what == "row":
        print("\n".join(row(options.workspace)))
        return
    aliases = current_aliases(options.workspace)
    alias = "champion" if "champion" in aliases else "provisional"
    with tempfile.TemporaryDirectory() as folder:
        workspace = options.workspace.resolve()
        with ours(workspace, Path(folder)) as first, mlflows(workspace, Path(folder), alias) as second:
            for line in COMPARISONS[options.what]([first, second], workspace, options.requests):
                print(line, flush=True)


def row(workspace: Path) -> list[str]:
    """Return the processor time from the body of one row to its reply, in rounds of ten rows."""
    model, rows = RegisteredModels(workspace).load(), _rows(workspace)[:10]
    lines = ["| one row | processor ms, least of 40 rounds | median |", "|---|---|---|"]
    for with_drivers in (False, True):
        content = [{"dataframe_records": [one | KNOWN], "drivers": with_drivers} for one in rows]
        bodies = [bytearray(json.dumps(one).encode()) for one in content]
        rounds = []
        for _ in range(40):
            started = time.process_time()
            for body in bodies:
                answer(model, body, Limits())
            rounds.append((time.process_time() - started) * 1000 / len(bodies))
        kind = "with drivers" if with_drivers else "without drivers"
        lines.append(f"| {kind} | {min(rounds):.2f} | {statistics.median(rounds):.2f} |")
    return lines


def battery(servers: Sequence[Running], workspace: Path, requests: int) -> list[str]:
    """Return how both servers answer the bad requests."""
    bad = bad_requests()
    lines = [
        f"{len(bad)} bad requests",
        "",
        "| | 4xx | accepted | 5xx | no reply | replies with content | lines of log with content |",
    ]
    lines.append("|---|---|---|---|---|---|---|")
    failures: list[str] = []
    for server in servers:
        counts, echoes = Counter[str](), 0
        for request in bad:
            try:
                reply = httpx.request(
                    request.method,
                    server.address + request.path,
                    content=request.body,
                    headers=request.headers,
                    timeout=120,
                )
            except httpx.HTTPError:
                counts["none"] += 1
                continue
            counts[f"{reply.status_code // 100}xx"] += 1
            echoes += SENTINEL in reply.text
            if reply.status_code >= 500:
                failures.append(f"{server.name}: {reply.status_code} for {request.name!r}")
        time.sleep(1)
        logged = sum(SENTINEL in line for line in server.log.read_text(errors="replace").splitlines())
        figures = (counts["4xx"], counts["2xx"], counts["5xx"], counts["none"], echoes, logged)
        lines.append(f"| `{server.name}` | " + " | ".join(map(str, figures)) + " |")
    return [*lines, "", *failures]


def throughput(servers: Sequence[Running], workspace: Path, requests: int) -> list[str]:
    """Return requests a second, times and the servers' processor time per request, in rounds that take turns."""
    rows = _rows(workspace)
    kinds: list[tuple[str, int, dict[str, object], bool]] = [
        ("one row without drivers", 1, {"drivers": False}, False),
        ("one row with drivers", 1, {}, True),
        ("100 rows with drivers", 100, {}, True),
    ]
    lines = ["| | server | requests/s | p50 ms | p99 ms | processor ms per request, median of rounds (least) |"]
    lines.append("|---|---|---|---|---|---|")
    for name, count, extra, is_for_both in kinds:
        asked = servers if is_for_both else servers[:1]
        measured: dict[str, list[tuple[float, list[float]]]] = {server.name: [] for server in asked}
        number = max(requests // count, 3)
        for _ in range(ROUNDS):
            for server in asked:
                measured[server.name].append(_ask(server, rows, count, extra, number))
        for server_name, rounds in measured.items():
            processor = [ms for ms, _ in rounds]
            seconds = sorted(value for _, values in rounds for value in values)
            p50, p99 = (1000 * seconds[int(len(seconds) * share)] for share in (0.5, 0.99))
            rate = len(seconds) / sum(seconds)
            figures = f"{rate:.0f} | {p50:.1f} | {p99:.1f} | {statistics.median(processor):.2f} ({min(processor):.2f})"
            lines.append(f"| {name} | `{server_name}` | {figures} |")
    return lines


def memory(servers: Sequence[Running], workspace: Path, requests: int) -> list[str]:
    """Return the peak of resident memory under three bodies of 31 MB at once."""
    row = json.dumps(_rows(workspace)[0] | KNOWN)
    bodies = {
        "rows of the model": _long('{"dataframe_records": [', row + ", " + " " * 1000, row + "]}"),
        "empty rows": _long('{"dataframe_records": [', "{},", "{}]}"),
        "lists in lists": _long('{"dataframe_records": [{"site": [', "[],", "[]]}]}"),
        "one long text": b'{"dataframe_records": [{"site": "' + b"x" * LONG_BODY + b'"}]}',
    }
    lines = ["| three bodies of 31 MB | server | replies | peak MB | above rest |", "|---|---|---|---|---|"]
    for name, body in bodies.items():
        for server in servers:
            httpx.post(server.address + "/invocations", content='{"dataframe_records": [{}]}', headers=JSON, timeout=60)
            server.reset_peak()
            rest = server.peak_mb()
            statuses = _at_once(server, body)
            peak = server.peak_mb()
            lines.append(f"| {name} | `{server.name}` | {statuses} | {peak:.0f} | {peak - rest:.0f} |")
    return lines


COMPARISONS: dict[str, Callable[[Sequence[Running], Path, int], list[str]]] = {
    "battery": battery,
    "throughput": throughput,
    "memory": memory,
}


def _rows(workspace: Path) -> list[dict[str, object]]:
    """Return agents of the newest month as a client would send them."""
    fitted, panel = load_model_in_use(workspace).fitted, Runs(workspace).read_panel().rows
    newest = panel.loc[panel["as_of"] == panel["as_of"].max(), fitted.encoding.names].head(200).astype(object)
    rows: list[dict[str, object]] = json.loads(json.dumps(newest.where(newest.notna(), None).to_dict(orient="records")))
    return rows


def _ask(
    server: Running, rows: Sequence[dict[str, object]], count: int, extra: dict[str, object], number: int
) -> tuple[float, list[float]]:
    """Ask one after the other on one connection; return processor milliseconds per request, and seconds of each."""
    bodies = [
        json.dumps({"dataframe_records": [rows[(start + row) % len(rows)] | KNOWN for row in range(count)]} | extra)
        for start in range(len(rows))
    ]
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc)
    before, seconds = server.processor_ms(), []
    for position in range(number):
        started = time.perf_counter()
        connection.request("POST", "/invocations", bodies[position % len(bodies)], JSON)
        reply = connection.getresponse()
        content = reply.read()
        seconds.append(time.perf_counter() - started)
        if reply.status != 200:
            raise SystemExit(f"{server.name} answered {reply.status}: {content[:200]!r}")
    return (server.processor_ms() - before) / number, seconds


def _at_once(server: Running, body: bytes) -> str:
    """Send a body three times at once; return the statuses."""
    statuses: list[str] = []

    def send() -> None:
        try:
            reply = httpx.post(server.address + "/invocations", content=body, headers=JSON, timeout=600)
            statuses.append(str(reply.status_code))
        except httpx.HTTPError as error:
            statuses.append(type(error).__name__)

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ", ".join(sorted(statuses))


def _long(beginning: str, part: str, end: str) -> bytes:
    count = (LONG_BODY - len(beginning) - len(end)) // len(part)
    return (beginning + part * count + end).encode()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["row", *COMPARISONS])
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--requests", type=int, default=300, help="requests of one row in a round")
    return parser.parse_args()


if __name__ == "__main__":
    main()
