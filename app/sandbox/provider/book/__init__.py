"""The sandbox's book of payments: what may happen to them, and where they are kept."""
