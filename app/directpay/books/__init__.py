"""The journey in the ledger: what a session was sold for."""
