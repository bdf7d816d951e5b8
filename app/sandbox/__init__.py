"""The outside world, played locally: it speaks only the public wire formats."""
