"""Lint and policy on manifests: each file one subject, each check a function that reports and changes nothing."""
