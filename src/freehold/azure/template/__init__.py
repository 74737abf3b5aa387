"""Deployment templates of Azure Resource Manager: what they would deploy, worked out without a deployment."""
