"""A domain's choices and the platform's approved building blocks to resources: one model, written as Bicep and as ARM JSON."""
