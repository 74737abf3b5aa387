"""Engines: what executes an enforced plan, one package for each."""
