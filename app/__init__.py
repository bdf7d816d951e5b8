"""Direct Pay: scan, see the price, pay, charge, stop, receipt."""
