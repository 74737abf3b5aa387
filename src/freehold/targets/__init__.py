"""What is told to other systems, over the wire."""
