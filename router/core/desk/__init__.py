"""Values and rules of the desk: who may do what, notes, fields and their deliveries."""
