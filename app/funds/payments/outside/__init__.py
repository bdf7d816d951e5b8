"""Payments that somebody else took and collects: secured when they are told, settled by notice."""
