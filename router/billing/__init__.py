"""The monthly billing: a month becomes statements, entries in the ledger and invoices; corrections; the close."""
