"""What is a driver's own: credit, kept means of payment, and a year of sessions."""
