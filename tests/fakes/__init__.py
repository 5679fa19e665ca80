"""Stand-ins for outside things: each a real server on port 0, or an implementation of a port."""
