"""Writes `router/ari/generated` from Asterisk's own swagger files: `python -m router.ari.generate PATH_TO_rest-api`.

Only names, types and codes are taken over; Asterisk's sentences are GPL and stay out.
"""
