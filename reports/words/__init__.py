"""The sentences of a report, each carried by its figures (pure)."""
