"""Giving back a part of what was charged: asked for, approved by a second person, carried out."""
