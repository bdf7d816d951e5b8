"""What staff did: a record that nobody can change without its being seen."""
