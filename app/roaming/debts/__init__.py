"""What platforms owe each other for sessions: one debt for each CDR, ours and theirs."""
