"""What an operator may call a charge point for: judged, worded, sent, and told as it came."""
