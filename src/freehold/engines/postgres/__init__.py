"""Tables of a PostgreSQL server, counted there: only numbers come back, and rows that fail where somebody asks for them."""
