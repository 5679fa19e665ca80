"""Recorded calls must give the same commands."""
