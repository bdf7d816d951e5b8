"""The charge points: where they are, what they offer, how they are; and the way to command them."""
