"""The driver's pages: the price behind the code, the payment, the running session, the receipt."""
