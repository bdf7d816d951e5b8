"""What drivers read at the charge point itself: the price, the cost so far, the final cost."""
