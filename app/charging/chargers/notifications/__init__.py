"""What charge points tell unasked, or later than they were asked: kept as it came."""
