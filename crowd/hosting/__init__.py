"""Set up and run an instance: people and roles, the register, the look, mail, health."""
