"""This month: scores, drivers, actions and the service."""
