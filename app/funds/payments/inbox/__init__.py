"""What providers sent us: stored before it is answered, closed together with its effect."""
