"""Carries a plan out: bouts, contests, turns. Everything here runs in the session, outside the measured processes."""
