"""Asks and tells: arguments, exit codes, the console. The only room that prints."""
