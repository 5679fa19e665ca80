"""The demo: real calls by SIPp through a real Asterisk and the real router, told as they happen, then checked.

`python -m tests.demo` plays every story and ends with a summary; `python -m tests.demo.serve` only serves.
"""
