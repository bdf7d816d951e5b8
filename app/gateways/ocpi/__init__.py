"""OCPI over HTTP: calls to other platforms, behind ports of others."""
