"""Does it work here? Pilots drawn by lot, sealed, and read as was declared beforehand; what they taught is kept."""
