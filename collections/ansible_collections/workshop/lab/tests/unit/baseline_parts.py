"""A real cluster's objects for the tests of the baseline: fixtures/baseline, written by the module's own question on a seat with both exercises applied.

There the separators are | and line ends, so that a person can read the file.
"""

from ansible_collections.workshop.lab.plugins.module_utils import baseline_read
from ansible_collections.workshop.lab.tests.unit.conftest import FIXTURES

CLUSTER = "fa8fa4f7-56a0-4adb-99d3-1f25fa05a532"
PLAIN = dict(version="v1", kind="ConfigMap", namespace="default", name="x", uid="u", revision="7", generation="", ending=False, exercise="", system=False,
             account="", owners=(), finalizers=())
OWN = {("Namespace", "", "pageview"), ("Service", "default", "k8s-for-beginners"), ("Deployment", "default", "k8s-for-beginners")}


def answer():
    """The cluster's objects as kubectl printed them."""
    return (FIXTURES / "baseline/objects.txt").read_text(encoding="utf-8").replace("|", baseline_read.FIELD).replace("\n", baseline_read.RECORD)


def cluster():
    """The cluster's objects."""
    return baseline_read.parse(answer())


def thing(name, **more):
    """One object, a ConfigMap in default unless ``more`` says otherwise; its uid is made of its name."""
    return baseline_read.Object(**dict(PLAIN, name=name, uid="uid-" + name, **more))


def as_text(objects):
    """Return objects as kubectl prints them."""
    rows = []
    for obj in objects:
        fields = list(obj._replace(ending="2026" if obj.ending else "", system="x" if obj.system else "", owners=" ".join(obj.owners),
                                   finalizers=" ".join(obj.finalizers)))
        rows.append(baseline_read.FIELD.join(fields) + baseline_read.RECORD)
    return "".join(rows)
