"""Whole calls, told in sentences."""
