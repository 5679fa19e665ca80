# Written by `python -m router.ari.generate`; change the generator, not this file.
"""Written from Asterisk's swagger files."""
