"""The pytest plugin: races in a test suite, reported by pytest-benchmark."""
