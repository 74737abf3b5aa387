"""The nouns: frozen values that every other room speaks in. No I/O, no behaviour beyond what follows from the fields."""
