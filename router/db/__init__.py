"""The database room: settled calls, their ledger and the clients' own data, on SQLite or PostgreSQL.

`open_database(url)` gives a `Database`; `upgrade` brings its tables up to date, `SqlLedger` and `SqlClients` are the
engine's ports on it, `reading`, `export` and `verify` serve the command line.
"""
