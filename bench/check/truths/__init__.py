"""Workloads whose truth is known, for `bench selfcheck`. Loaded like anybody's workload files, imported by nobody."""
