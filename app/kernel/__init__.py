"""What every room of the house may use: money, ids, the clock, problems, events; standard library only."""
