"""Make rows unique in time: keys, versions, monthly extracts and repeats."""
