"""The machinery: database, jobs, live updates, mail, PDF."""
