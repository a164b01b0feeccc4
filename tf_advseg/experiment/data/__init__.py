"""What a run makes of its data before it trains: checks, roles, ranking."""
