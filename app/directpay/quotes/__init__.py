"""What a session that is only planned would cost."""
