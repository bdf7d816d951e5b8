"""What everybody may read of an operator without signing in: places, status and ad hoc prices."""
