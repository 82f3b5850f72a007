"""Proves workloads (the contract kit) and ourselves (the self-check on known truths)."""
