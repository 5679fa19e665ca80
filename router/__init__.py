"""Vorzimmer: a telephone answering service on Asterisk 22."""
