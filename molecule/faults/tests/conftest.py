"""The class of the two seats."""

import pytest
from class_of_seats import Class

BAD, GOOD = "lab-faults-1", "lab-faults-2"
# The roles that put files and packages in place: a fault here is in the way of the same modules as on a seat with a cluster.
TAGS = "always,proxy,k8suser,kubectl,minikube,report"


@pytest.fixture(scope="session")
def runs(request, tmp_path_factory):
    """Return the class."""
    return Class(request.config.getoption("--ansible-inventory"), tmp_path_factory.mktemp("class"), TAGS)


@pytest.fixture(scope="module")
def seats(host, runs):
    """Both seats finished, with a file of the student's on each; {name: testinfra's host}."""
    return runs.finished(host, BAD, GOOD)
