"""Tables of Azure SQL: what means exactly the same there runs there, the rest here over the permitted view."""
