"""Who is asking: OpenID providers, and the built-in issuer of development mode."""
