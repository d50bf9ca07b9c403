"""Raw tables, read, mapped, checked and dated, with every fault reported together; and the synthetic centre."""
