"""How a process starts, is interrupted and ends."""
