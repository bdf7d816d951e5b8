"""Charge points as their operator looks at them: who they are, and how they are now."""
