"""Counts of the service in the text format of Prometheus; they hold no field, value or address of a request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attrition.predict.service.current_model import CurrentModel
    from attrition.predict.service.reply import Reply

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the buckets of the histogram, in seconds."""


class Metrics:
    """What has been answered since the start."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self.buckets = [0] * len(BUCKETS)
        self.seconds, self.scored = 0.0, 0
        self.rows = self.abstained_rows = 0

    def count(self, route: str, reply: Reply, seconds: float) -> None:
        """Count a reply; `route` is one of the service's own, never a path that was asked for."""
        self.requests[route, reply.status] += 1
        self.rows += reply.rows
        self.abstained_rows += reply.abstained_rows
        if reply.rows:
            self.scored += 1
            self.seconds += seconds
            for position, end in enumerate(BUCKETS):
                self.buckets[position] += seconds <= end

    def text(self, current: CurrentModel, *, in_flight: int) -> str:
        """Return all metrics in the text format."""
        return "\n".join([*self._of_requests(in_flight), *_of_models(current), ""])

    def _of_requests(self, in_flight: int) -> Iterator[str]:
        yield from _heading("attrition_requests_total", "counter", "Requests answered, by route and status.")
        for (route, status), count in sorted(self.requests.items()):
            yield f'attrition_requests_total{{route="{route}",status="{status}"}} {count}'
        yield from _heading("attrition_score_seconds", "histogram", "Seconds to answer a request with rows.")
        for end, count in zip(BUCKETS, self.buckets, strict=True):
            yield f'attrition_score_seconds_bucket{{le="{end}"}} {count}'
        yield f'attrition_score_seconds_bucket{{le="+Inf"}} {self.scored}'
        yield f"attrition_score_seconds_sum {self.seconds:.6f}"
        yield f"attrition_score_seconds_count {self.scored}"
        yield from _single("attrition_rows_total", "counter", "Rows scored.", self.rows)
        yield from _single("attrition_abstained_rows_total", "counter", "Rows without a band.", self.abstained_rows)
        yield from _single("attrition_requests_in_flight", "gauge", "Requests with rows being answered.", in_flight)


def _of_models(current: CurrentModel) -> Iterator[str]:
    version = _label(current.model.version)
    yield from _heading("attrition_model_info", "gauge", "The version of the model that answers.")
    yield f'attrition_model_info{{version="{version}"}} 1'
    yield from _single("attrition_model_reloads_total", "counter", "Models swapped.", current.reloads)
    yield from _single("attrition_model_load_failures_total", "counter", "Models not loaded.", current.failures)
    stale = int(current.failed_version is not None)
    yield from _single("attrition_model_stale", "gauge", "1 while the version in use cannot be loaded.", stale)
    yield from _single(
        "attrition_registry_up", "gauge", "1 while the registry can be read.", int(current.sees_registry)
    )


def _single(name: str, kind: str, words: str, value: int) -> Iterator[str]:
    yield from _heading(name, kind, words)
    yield f"{name} {value}"


def _heading(name: str, kind: str, words: str) -> Iterator[str]:
    yield f"# HELP {name} {words}"
    yield f"# TYPE {name} {kind}"


def _label(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
