"""The database's history, one revision a file; run by `router.db.schema.upgrade`."""
