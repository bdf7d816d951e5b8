"""Parts of a plan that are built by themselves."""
