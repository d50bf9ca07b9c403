"""Read single values: dates, numbers, durations, money and units, and what can be read in two ways."""
