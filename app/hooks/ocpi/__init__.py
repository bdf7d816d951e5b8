"""OCPI as it is served: the modules that other platforms call."""
