"""Parts of the comparison of `attrition serve` with MLflow's own server."""
