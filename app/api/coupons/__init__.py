"""Promotions in the API: what a code gives, an operator's campaigns, codes and vouchers."""
