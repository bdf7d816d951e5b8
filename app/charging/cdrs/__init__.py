"""Charge detail records: what a session amounted to, checked, and kept for ever."""
