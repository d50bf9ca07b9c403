"""The claim and its examination: spec, splits, estimator, calibration, metrics, promotion bar, registry."""
