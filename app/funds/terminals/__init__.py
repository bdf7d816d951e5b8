"""Payment terminals beside the charging points: prompt, tap, charge, tap again, receipt."""
