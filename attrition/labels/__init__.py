"""What happened after each month-end: voluntary exits, competing exits, censoring, and when a label is mature."""
