"""The mail with which the payer follows and stops the session from any device."""
