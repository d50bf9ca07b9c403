"""Interventions that agents received, and of whose kind the playbook holds nothing: named, and not passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrition.data.phrase import Phrase
from attrition.errors import Fault, did_you_mean

if TYPE_CHECKING:
    from attrition.data.centre import Centre
    from attrition.predict.playbook import Playbook


def unknown_kinds(centre: Centre, book: Playbook) -> list[Fault]:
    """Return a fault that names the kinds of interventions the playbook does not hold; none where it holds all."""
    from attrition.data.rows.versions import newest

    table = centre.tables.get("interventions")
    if table is None:
        return []
    ids = [item.id for item in book.interventions]
    counts = newest(table).kind.value_counts(name="rows").to_pandas().dropna()
    counts = counts[~counts["kind"].isin(ids)].sort_values("kind")
    if counts.empty:
        return []
    kinds = [f"{kind}{did_you_mean(kind, ids)}" for kind in counts["kind"]]
    source = centre.facts.source_name("interventions") if centre.facts is not None else "interventions"
    return [
        Fault(
            file=source,
            table="interventions",
            column="kind",
            rule=Phrase(
                "kinds that models/playbook.toml does not hold: {kinds}",
                "models/playbook.toml 中没有的措施：{kinds}",
                kinds=", ".join(kinds),
            ),
            rows=int(counts["rows"].sum()),
            advice=Phrase(
                "map your word to an id of the playbook under [tables.interventions.values.kind], or add an "
                "[[interventions]] with this id to models/playbook.toml",
                "请在 [tables.interventions.values.kind] 下把您的叫法对应到措施手册的 id，或在 "
                "models/playbook.toml 中以此 id 添加 [[interventions]]",
            ),
            severity="features",
            effect=Phrase(
                "Who received them is marked as treated, but no trial of them teaches the playbook, and nobody is "
                "offered them.",
                "获得者会标为已获措施，但相应试验无法更新措施手册，也不会推荐给任何人。",
            ),
        )
    ]
