"""What Adyen tells by itself: checked item by item, and folded in any order."""
