"""Commands about charge points, their meters and displays."""
