"""OCPI tariffs: their versions, which one holds where, and what a session costs under it."""
