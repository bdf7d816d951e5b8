"""What a camera reads, or a driver types: which charging point it means, if it is one of ours."""
