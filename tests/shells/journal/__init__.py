"""The journal: what is on the disk, whatever happens to it."""
