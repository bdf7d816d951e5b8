"""Files of the pages, and parts of them."""
