"""Orders of other platforms for our charge points that start no session: reserve, unlock."""
