"""Money that moves: payments today, the ledger, wallet and terminals beside them."""
