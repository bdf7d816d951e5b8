"""What an operator's own programs do at the API, known by their keys."""
