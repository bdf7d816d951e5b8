"""The charge points themselves: who they are, whether they are there, what they say."""
