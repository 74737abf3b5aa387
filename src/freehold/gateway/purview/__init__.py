"""The governance catalogue over HTTPS, at the addresses and in the shapes that Purview's official clients use."""
