"""API keys: by which an operator's own programs are known, and what each of them may do."""
