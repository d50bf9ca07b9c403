"""The model: specification, splits by time, estimator, calibration, metrics, promotion criteria and registry."""
