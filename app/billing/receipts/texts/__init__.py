"""A receipt in words: the view for page, mail and PDF, and the letter around it."""
