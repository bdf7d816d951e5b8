"""Which account takes a payment: by place and method, and another one when it can't."""
