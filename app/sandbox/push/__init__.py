"""A push service, played: it checks who sends, and reads what only its browsers can read."""
