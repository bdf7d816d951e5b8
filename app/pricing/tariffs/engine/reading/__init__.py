"""Reading the periods of a CDR: which prices hold in each, and where they would change."""
