"""What drivers are told of their sessions beside the page, and how it reaches them."""
