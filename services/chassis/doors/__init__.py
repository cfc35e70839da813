"""HTTP doors: strict bodies, problems, tokens, health, and what an operator may do."""
