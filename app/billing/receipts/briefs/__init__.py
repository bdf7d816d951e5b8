"""What lists show of documents: a few facts of each, without reading all of it."""
