"""Read a site's tables, map and check them against the data contract (DATA_DICTIONARY.md), and report every fault."""
