"""The numbers of the reports: small groups are suppressed and the rest is rounded; nothing is worded here."""
