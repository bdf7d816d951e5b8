"""A provider of OpenID Connect, played: it knows whoever is said to come, and can lie."""
