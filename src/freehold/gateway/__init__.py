"""The same services over HTTP: bare ASGI for data, Litestar for everything around it."""
