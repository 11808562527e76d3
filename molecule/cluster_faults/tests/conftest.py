"""The class of the three seats, each with a cluster."""

import pytest
from class_of_seats import Class


@pytest.fixture(scope="session")
def runs(request, tmp_path_factory):
    """Return the class."""
    return Class(request.config.getoption("--ansible-inventory"), tmp_path_factory.mktemp("class"), "all", limit=1500)
