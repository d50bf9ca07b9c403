"""The content of each section of an edition, from figures that are already computed and suppressed; a module each."""
