"""PostgreSQL as a part of the application: nothing to install, nothing to operate."""
