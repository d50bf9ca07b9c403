"""Raw tables, checked at the door: mapping, casting, versions; every fault reported together; the synthetic centre."""
