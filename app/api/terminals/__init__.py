"""An operator's own programs look at card terminals, and let them ask for a card."""
