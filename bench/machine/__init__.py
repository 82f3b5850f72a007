"""This machine: its facts, what processes use of it, where they may run, and whether it is fit to measure on."""
