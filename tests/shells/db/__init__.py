"""The database room beyond its ports: unavailability, growth only, verification, what the command line reads."""
