"""Drivers of an operator: known by a mail address that they have shown to be theirs."""
