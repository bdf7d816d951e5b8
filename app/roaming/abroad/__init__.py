"""Our drivers at other platforms' charge points: sockets, starts, sessions and records."""
