"""The figures of a report: a run indexed, its blocks, standings, tables (pure)."""
