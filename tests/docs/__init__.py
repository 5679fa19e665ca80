"""The documentation is held to the code: links resolve, named functions exist, the walk-through is replayed."""
