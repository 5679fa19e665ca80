"""Billing beyond the single call: entries of the ledger, the month, invoices. Pure."""
