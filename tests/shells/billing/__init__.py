"""The monthly run on real databases."""
