"""The API as a contract: its description made exact, and the page that shows it."""
