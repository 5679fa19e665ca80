"""The operators' YAML, read as one validated whole: every mistake found at once, each with its place."""
