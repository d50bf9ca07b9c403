"""How evaluators judge: estimates from the evaluations of a year, before anything is hidden or rounded."""
