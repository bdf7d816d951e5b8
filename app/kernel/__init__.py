"""What every room may use: money, ids, the clock, problems, events; standard library only."""
