"""The class of the two seats."""

import pytest
from class_of_seats import Class

# The roles that put files and packages in place: a fault here is in the way of the same modules as on a seat with a cluster.
TAGS = "always,proxy,k8suser,kubectl,minikube,report"


@pytest.fixture(scope="session")
def runs(request, tmp_path_factory):
    """Return the class."""
    return Class(request.config.getoption("--ansible-inventory"), tmp_path_factory.mktemp("class"), TAGS)
