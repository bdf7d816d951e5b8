"""The pages of the map, of a location, and of the camera."""
