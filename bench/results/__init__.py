"""The formats: how a run lies on the disk, and what it is exported as."""
