"""The part of a payment that its provider gives to the operator at once, instead of a payout."""
