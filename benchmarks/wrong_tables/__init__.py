"""Ways in which a centre's tables go wrong, and a judge of what the product makes of each."""
