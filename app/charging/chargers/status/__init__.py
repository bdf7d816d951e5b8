"""What each connector last reported, and what that makes of its EVSE."""
