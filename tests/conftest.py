"""What pytest loads for all tests: the fixtures of the shop, and those of the real servers."""

import pytest

pytest.register_assert_rewrite("tests.manners", "tests.pages")

pytest_plugins = [
    "tests.servers.run",
    "tests.servers.postgres",
    "tests.servers.s3",
    "tests.servers.smtp",
    "tests.servers.browser",
    "tests.fixtures",
]
