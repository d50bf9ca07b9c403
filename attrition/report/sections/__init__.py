"""What each section of an edition says, from figures that are already computed and suppressed; one module each."""
