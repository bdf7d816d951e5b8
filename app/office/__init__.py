"""The operator's side: what a company does to sell charging here."""
