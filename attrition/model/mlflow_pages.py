"""What a reader of MLflow's pages sees of a training: few figures first, the rest in groups, inputs, and the card."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from attrition.model.provenance import version_of

if TYPE_CHECKING:
    from mlflow.data.meta_dataset import MetaDataset

    from attrition.model.holdout import HoldoutEvaluation
    from attrition.model.risk import FittedRisk
    from attrition.model.run_artifacts import TrainingRun

HEADLINE = (
    *("auc", "auc_low", "auc_high", "auc_mean_of_months", "average_precision", "brier_skill"),
    *("lift_at_capacity", "recall_at_capacity", "observed_over_expected", "calibration_slope", "calibration_error"),
)
"""Figures of the model at the headline horizon that stand by themselves, before all groups."""
BASELINE = "tenure_only"
"""The baseline whose AUC stands beside them."""
MOST_DATASETS = 100
"""More input files than this are shown as one input, with the hash of all their hashes."""
DIGITS = 32
"""Of a SHA-256 in the pages, which have room for 36; the tag ``sha256`` beside it holds all."""
LONGEST_DESCRIPTION = 4900
"""Characters of a version's description; MLflow's tables have room for 5000."""
IN_BRIEF = ("Promotion criteria", "Limits of this version", "Purpose", "Forbidden uses", "Whom it is about")
"""Sections of a card that its description repeats, as many as there is room for."""
RUN_NOTE = (
    "A training of the model `{name}` on what was known on {fitted_at}, by `attrition retrain`.\n\n"
    "**Metrics**: those without a group are of the {headline} months' horizon, on later months; groups are "
    "`<model>_<horizon>m`, their 95 % intervals, `null_checks` and `contributions`.\n\n"
    "**Artifacts, `evaluation/`**: `card.html` (the whole card), `calibration.png`, `capture.png`, `months.png`, "
    "`groups.png`, and the tables behind them as CSV.\n\n"
    "**Datasets**: the input files, each by its SHA-256.\n\n"
    "Nobody is named in it, by pseudonym either; groups are shown from the smallest size on."
)
MODEL_NOTE = (
    "The risk of resigning within 1, 3, 6 and 12 months. `champion` scores, `provisional` does where there is no "
    "champion, `previous` is the way back, `challenger` failed a criterion. Move aliases with `attrition models "
    "promote` and `attrition models rollback`, which check the model and record who decided and why."
)


def metrics_of(run: TrainingRun) -> tuple[dict[str, float], dict[str, float]]:
    """Return the headline figures of a run, and all others in groups; those that could not be computed are left out.

    Groups are ``<model>_<horizon>m/<metric>`` and ``<model>_<horizon>m_interval/<metric>_low`` or ``_high``, AUC and
    standard error of the null checks, and the mean contribution size of each family of features.
    """
    grouped = {} if run.evaluation is None else _holdout_metrics(run.evaluation)
    spec = run.fitted.spec
    baseline = f"{BASELINE}_{spec.headline}m/auc"
    own = {metric: f"{spec.name}_{spec.headline}m{_group(metric)}/{metric}" for metric in HEADLINE}
    headline = {metric: grouped.pop(key) for metric, key in own.items() if key in grouped}
    if baseline in grouped:
        headline[f"{BASELINE}_auc"] = grouped[baseline]
    by_family = run.contribution_sizes.groupby("family")["mean_size"].sum()
    grouped |= {f"contributions/{family}": float(size) for family, size in by_family.items()}
    return _computed(headline), _computed(grouped)


def parameters_of(fitted: FittedRisk) -> dict[str, Any]:
    """Return the parameters of the run: settings of trees and calibration, month of fit, horizons, features, sample."""
    spec = fitted.spec
    flat = {f"trees_{key}": value for key, value in spec.trees.model_dump().items()}
    flat |= {f"calibration_{key}": value for key, value in spec.calibration.model_dump().items()}
    horizons = ",".join(map(str, fitted.horizons))
    if fitted.sample is not None:
        flat |= {f"sample_{key}": value for key, value in asdict(fitted.sample.drawn).items()}
        flat |= {f"centre_{key}": value for key, value in asdict(fitted.sample.centre).items()}
    return flat | {"at": f"{fitted.fitted_at:%Y-%m-%d}", "horizons": horizons, "features": len(fitted.features)}


def tags_of(run: TrainingRun) -> dict[str, str]:
    """Return the tags of run and version: months of fit and holdout, code version, and hashes of the provenance."""
    hashes = {key: run.made_from[key] for key in ("code_sha256", "panel_sha256", "declaration_sha256")}
    locks = {f"lock_{name}_sha256": value for name, value in run.made_from["locks"].items()}
    months = [] if run.evaluation is None else sorted(run.evaluation.origin.scored_months)
    facts = {
        "fitted_at": f"{run.fitted.fitted_at:%Y-%m-%d}",
        "rung": run.fitted.rung,
        "holdout_months": f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}" if months else "none",
        "code_version": version_of("attrition"),
    }
    return facts | hashes | locks


def run_note(fitted: FittedRisk) -> str:
    """Return the description of a run."""
    spec = fitted.spec
    return RUN_NOTE.format(name=spec.name, fitted_at=f"{fitted.fitted_at:%Y-%m-%d}", headline=spec.headline)


def datasets_of(made_from: Mapping[str, Any]) -> tuple[MetaDataset, list[MetaDataset]]:
    """Return the panel and the input files as MLflow's data sets: name, digest and size, and nothing of their content.

    Parameters
    ----------
    made_from : mapping
        From `attrition.model.provenance.made_from`.
    """
    files = list(made_from["manifest"])
    if len(files) > MOST_DATASETS:
        every = hashlib.sha256("\n".join(sorted(str(entry["sha256"]) for entry in files)).encode()).hexdigest()
        files = [{"path": f"{len(files)} files, see evaluation/manifest.json", "sha256": every}]
    return _dataset({"path": "panel", "sha256": made_from["panel_sha256"]}), [_dataset(entry) for entry in files]


def in_brief(card: str) -> str:
    r"""Return the beginning of a card and its most read sections, as many as a version's description has room for.

    Examples
    --------
    >>> card = "# Model card\n\nIt passed.\n\n# Prose\n\n## Purpose\nCare.\n\n## Form\nTrees.\n"
    >>> print(in_brief(card))
    # Model card
    <BLANKLINE>
    It passed.
    <BLANKLINE>
    ## Purpose
    Care.
    <BLANKLINE>
    The whole card, with its pictures: the run's artifact `evaluation/card.html`.
    """
    first, *rest = [part for part in re.split(r"^(?=#{1,2} )", card, flags=re.MULTILINE) if part.strip()] or [""]
    sections = {part.partition("\n")[0].lstrip("# ").strip(): part.strip() for part in rest}
    end = "The whole card, with its pictures: the run's artifact `evaluation/card.html`."
    brief = first.strip()
    for name in IN_BRIEF:
        longer = f"{brief}\n\n{sections.get(name, '')}".strip()
        if len(longer) + len(end) + 2 <= LONGEST_DESCRIPTION:
            brief = longer
    return f"{brief[: LONGEST_DESCRIPTION - len(end) - 2]}\n\n{end}"


def _holdout_metrics(evaluation: HoldoutEvaluation) -> dict[str, float]:
    """Return the metrics of the test months and of the null checks by group and name."""
    metrics = {
        f"{row.model}_{row.horizon_months}m{_group(suffix)}/{row.metric}{suffix}": float(getattr(row, column))
        for row in evaluation.backtest.metrics.itertuples()
        for column, suffix in (("value", ""), ("low", "_low"), ("high", "_high"))
    }
    for check in evaluation.null_checks:
        metrics[f"null_checks/{check.name.replace(' ', '_')}_auc"] = check.auc
        metrics[f"null_checks/{check.name.replace(' ', '_')}_error"] = check.standard_error
    return metrics


def _group(metric: str) -> str:
    """Return what the end of a metric's name adds to its group: limits of intervals have groups of their own."""
    return "_interval" if metric.endswith(("_low", "_high")) else ""


def _computed(metrics: Mapping[str, float]) -> dict[str, float]:
    return {key: value for key, value in metrics.items() if not math.isnan(value)}


def _dataset(entry: Mapping[str, Any]) -> MetaDataset:
    from mlflow.data.code_dataset_source import CodeDatasetSource
    from mlflow.data.meta_dataset import MetaDataset

    facts = {key: str(entry[key]) for key in ("sha256", "rows", "bytes") if key in entry}
    return MetaDataset(
        CodeDatasetSource(tags=facts), name=str(entry["path"])[:500], digest=str(entry["sha256"])[:DIGITS]
    )
