"""The app's way to a charging point: the map with its list, a location, the camera."""
