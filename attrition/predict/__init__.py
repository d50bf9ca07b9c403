"""This month: scores, drivers, what-if, recommendations, the plan for a budget, and the scoring service."""
