"""Cards: whom an operator gives them to, and what drivers do with theirs."""
