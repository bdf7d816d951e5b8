"""How drivers know an operator: colours, logo, texts, apps; checked so that it stays harmless."""
