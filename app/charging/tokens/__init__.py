"""Tokens: the cards, tags and apps with which those whom an operator knows identify themselves."""
