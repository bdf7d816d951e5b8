"""The books: double entry, append only, per operator and currency, in whole minor units."""
