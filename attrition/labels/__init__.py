"""What happened next: voluntary, competing, censored, mature."""
