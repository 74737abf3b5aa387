"""Azure Policy: definitions, initiatives and assignments, read once into closures, held against resources; findings are values."""
