"""Fixtures of all tests. The real servers (`postgres`, `s3`, `smtp`, `browser`) are in tests/servers."""

pytest_plugins = [
    "tests.servers.run",
    "tests.servers.postgres",
    "tests.servers.s3",
    "tests.servers.smtp",
    "tests.servers.browser",
]
