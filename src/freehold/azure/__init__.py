"""What Azure's own languages mean: template expressions, Azure Policy, deployment templates. Pure: JSON values in, values out."""
