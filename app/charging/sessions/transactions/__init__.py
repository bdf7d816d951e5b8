"""Transactions as charge points start and stop them, and reports that belong to none."""
