"""The posting table: one pure function for each event, which reads like its row."""
