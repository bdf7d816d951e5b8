"""What an app does for a driver who is signed in."""
