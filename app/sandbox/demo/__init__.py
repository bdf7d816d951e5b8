"""The demo operator, as a file that `directpay import` reads."""
