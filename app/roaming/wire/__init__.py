"""OCPI on the wire: its objects as of 2.3.0, read and written in that version and in 2.2.1."""
