"""Commands about how drivers know an operator."""
