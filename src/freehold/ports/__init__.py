"""What the outside must provide: one Protocol a file, each with the shape that a second implementation needs and no more."""
