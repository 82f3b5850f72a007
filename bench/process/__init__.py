"""A process of ours: start it, talk to it, end it, whatever happens."""
