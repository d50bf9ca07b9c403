"""Papers that those who must agree can read and sign: written anew from the runs for every registered version."""
