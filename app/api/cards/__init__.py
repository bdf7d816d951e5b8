"""Cards and cars of an app's driver: what starts a session without the app."""
