"""OpenID Connect, from the side of who relies on it: the network and the rules of the protocol."""
