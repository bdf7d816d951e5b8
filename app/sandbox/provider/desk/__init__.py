"""The pages of the sandbox: where drivers pay, and where the world is moved."""
