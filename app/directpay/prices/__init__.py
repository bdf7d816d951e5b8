"""The price of a journey: what is on offer at a socket, and what a session was agreed on."""
