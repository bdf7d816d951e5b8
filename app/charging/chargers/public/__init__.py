"""Our locations as everybody may know them: page by page, with when each changed."""
