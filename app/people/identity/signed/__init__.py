"""Claims under a signature of ours: a part of its own, because its library takes 9 MiB."""
