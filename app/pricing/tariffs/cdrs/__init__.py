"""CDRs from anybody, OCPI 2.2.1 or 2.3.0: read, priced under several tariffs, and checked."""
