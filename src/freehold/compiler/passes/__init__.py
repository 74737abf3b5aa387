"""The rewriting passes, one file each; none knows another, their order is `pipeline.ORDER`."""
