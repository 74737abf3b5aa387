"""Keeping an account of Purview in step with the mesh: look, plan, apply, and hear what stewards did there."""
