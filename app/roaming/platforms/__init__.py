"""Other platforms: how they are known, and the handshake by which they become so."""
