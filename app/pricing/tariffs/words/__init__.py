"""
What a price, a tariff and a total say, in the reader's language: for page, API and command line.

Whoever speaks of a price takes its words from here, so that they are the same everywhere.
"""
