"""What makes a session cheaper: coupons, campaigns, and what is left of them."""
