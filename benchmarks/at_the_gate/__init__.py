"""Simulated centres with known risks, for the benchmark of the promotion criteria."""
