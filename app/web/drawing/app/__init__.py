"""Drawing the app: the frame around its pages, the page it begins on, its icon."""
