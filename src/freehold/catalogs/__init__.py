"""Catalogues of others, over their own interfaces: one Protocol of `ports` each."""
