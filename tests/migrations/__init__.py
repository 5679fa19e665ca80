"""The database's history, on both databases."""
