"""Reading the list of checks: defaults, conversions, and every refusal with its place."""

import pathlib

import pytest
from ansible_collections.workshop.lab.plugins.doc_fragments.checks import ModuleDocFragment
from ansible_collections.workshop.lab.plugins.module_utils.checks_plan import HOW
from ansible_collections.workshop.lab.plugins.module_utils.checks_read import COMMON, read_checks
from ansible_collections.workshop.lab.plugins.module_utils.checks_spec import KINDS
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

PLUGINS = pathlib.Path(__file__).parents[3] / "plugins"


def refusal(**kind):
    """Return the words with which the second of two checks is refused."""
    with pytest.raises(LabError) as error:
        read_checks([{"id": "fine", "node": {}}, dict({"id": "bad"}, **kind)])
    return str(error.value)


def test_defaults():
    """What is left out."""
    entry = read_checks([{"id": "2.04.spread", "figure": 2.38, "spread": {"service": "web"}}])[0]
    assert (entry.id, entry.figure, entry.title, entry.hint, entry.kind) == ("2.04.spread", "2.38", "spread web", "", "spread")
    assert entry.args == {"namespace": "default", "service": "web", "port": None, "path": "/", "requests": 30, "min_each": 1, "selector": None, "pods": None,
                          "status": 200, "pattern": None, "timeout": 5}


def test_a_kind_without_arguments():
    """`node:` alone is the node of minikube."""
    assert read_checks([{"id": "n", "node": None}])[0].args["name"] == "minikube"


def test_texts_of_templates():
    """Ansible's templates give texts where numbers are meant."""
    args = read_checks([{"id": "p", "pod": {"labels": {"app": 3}, "count": "2", "ready": "yes", "uids": "one"}}])[0].args
    assert (args["count"], args["ready"], args["uids"], args["labels"]) == (2, True, ["one"], {"app": "3"})
    assert read_checks([{"id": "s", "service": {"name": "web", "target_port": 8080}}])[0].args["target_port"] == "8080"
    assert read_checks([{"id": "h", "http": {"service": "web", "timeout": "0.5"}}])[0].args["timeout"] == 0.5


@pytest.mark.parametrize("kind, words", [
    ({}, "checks[1] has nothing beside id, title, figure and hint; it must have exactly one kind of check: command_path, component_pods"),
    ({"node": {}, "pod": {"name": "x"}}, "checks[1] has the keys node, pod beside"),
    ({"nodes": {}}, "checks[1] has the keys nodes beside"),
    ({"id": "fine", "node": {}}, "checks[1].id is 'fine', which checks[0] has already"),
    ({"id": " ", "node": {}}, "checks[1].id is ' '; it must be a text that names this check"),
    ({"title": ["x"], "node": {}}, "checks[1].title is ['x']; it must be a text"),
    ({"node": "minikube"}, "checks[1].node is 'minikube'; it must be a dictionary of the kind's arguments: name, ready"),
    ({"node": {"redy": True}}, "checks[1].node.redy is no argument of this kind of check; it must be one of name, ready, role"),
    ({"node": {"ready": "maybe"}}, "checks[1].node.ready is 'maybe'; it must be true or false"),
    ({"node": {"version": "1.16"}}, "checks[1].node.version is '1.16'; it must be a version like v1.16.2"),
    ({"node": {"taints": ["a b"]}}, "checks[1].node.taints[0] is 'a b'; it must be KEY[=VALUE][:EFFECT]"),
    ({"service": {"name": "Web;reboot"}}, "checks[1].service.name is 'Web;reboot'; it must be a Kubernetes name"),
    ({"service": {}}, "checks[1].service.name is missing; this kind of check needs it."),
    ({"service": {"name": "web", "type": "Node"}}, "checks[1].service.type is 'Node'; it must be one of ClusterIP, NodePort"),
    ({"service": {"name": "web", "port": 70000}}, "checks[1].service.port is 70000; it must be a number from 1 to 65535"),
    ({"service": {"name": "web", "port": "80a"}}, "checks[1].service.port is '80a'; it must be a whole number"),
    ({"service": {"name": "web", "selector": {"tier": True}}}, "checks[1].service.selector.tier is True; it must be a text; put it in quotes"),
    ({"service": {"name": "web", "selector": "tier=x"}}, "checks[1].service.selector is 'tier=x'; it must be a dictionary of labels"),
    ({"pod": {}}, "checks[1].pod has none; it must have exactly one of name, labels"),
    ({"pod": {"name": "a", "labels": {"a": "b"}}}, "checks[1].pod has both labels and name; it must have exactly one of name, labels"),
    ({"pod": {"name": "a", "namespace": "A"}}, "checks[1].pod.namespace is 'A'; it must be a namespace's name"),
    ({"pod": {"name": "a", "count": -1}}, "checks[1].pod.count is -1; it must be a number of at least 0"),
    ({"pod": {"name": "a", "count": 1.5}}, "checks[1].pod.count is 1.5; it must be a whole number"),
    ({"pod": {"name": "a", "min": 3, "max": 2}}, "checks[1].pod.min is 3; it must be at most checks[1].pod.max (2)"),
    ({"pod": {"name": "a", "image": "$(id)"}}, "checks[1].pod.image is '$(id)'; it must be the name of an image"),
    ({"http": {"path": "/"}}, "checks[1].http has none; it must have exactly one of url, service, pod, pod_labels"),
    ({"http": {"url": "ftp://x/"}}, "checks[1].http.url is 'ftp://x/'; it must be an http or https URL"),
    ({"http": {"pod": "x"}}, "checks[1].http.port is missing; it must be the number of the port"),
    ({"http": {"service": "x", "pattern": "("}}, "checks[1].http.pattern is '('; it must be a regular expression ("),
    ({"http": {"service": "x", "rises": True}}, "checks[1].http.pattern is missing; with rises"),
    ({"http": {"service": "x", "rises": True, "pattern": "(?:a)"}}, "a group around the number, since rises is set"),
    ({"http": {"service": "x", "path": "a b"}}, "checks[1].http.path is 'a b'; it must be a path"),
    ({"http": {"service": "x", "from": "moon"}}, "checks[1].http.from is 'moon'; it must be one of host, node"),
    ({"refused": {"port": 80}}, "checks[1].refused has none; it must have exactly one of api_server, host, pod, pod_labels"),
    ({"refused": {"api_server": False}}, "checks[1].refused.api_server is False; it must be true"),
    ({"refused": {"host": "10.0.0.1"}}, "checks[1].refused.port is missing"),
    ({"refused": {"host": "a b", "port": 1}}, "checks[1].refused.host is 'a b'; it must be an address"),
    ({"refused": {"api_server": True, "timeout": 0}}, "checks[1].refused.timeout is 0.0; it must be a number from 0.1 to 120"),
    ({"spread": {"service": "x", "requests": 0}}, "checks[1].spread.requests is 0; it must be a number from 1 to 1000"),
    ({"static_pods": {}}, "checks[1].static_pods has none of present, absent; it must have at least one of them"),
    ({"static_pods": {"present": ["../passwd"]}}, "checks[1].static_pods.present[0] is '../passwd'; it must be a file name without /"),
    ({"kubelet_config": {"static_pod_path": "manifests"}}, "checks[1].kubelet_config.static_pod_path is 'manifests'; it must be an absolute path"),
    ({"command_path": {"path": "/bin/../sh"}}, "must be an absolute path without .."),
    ({"object_absent": {"kind": "Secret", "name": "x"}}, "checks[1].object_absent.kind is 'Secret'; it must be one of ConfigMap"),
    ({"labels": {"kind": "Pod", "name": "x"}}, "checks[1].labels has none of labels, absent"),
    ({"events": {"kind": "Pod"}}, "checks[1].events has none of reason, message"),
    ({"program_version": {"program": "docker", "version": "v1.2.3"}}, "checks[1].program_version.program is 'docker'; it must be one of minikube"),
])
def test_refused(kind, words):
    """One sentence with the place, the value and what is accepted."""
    assert words in refusal(**kind)


@pytest.mark.parametrize("value", [[], None, {"id": "x"}, ["x"]])
def test_no_list_of_checks(value):
    """Nothing to check would always be true."""
    with pytest.raises(LabError, match=r"^checks(\[0\])? is .*; it must be a (list of at least one check|dictionary with)"):
        read_checks(value)


def test_every_kind_is_done():
    """The table of arguments and the table of predicates know the same kinds."""
    assert set(KINDS) == set(HOW)


def test_documentation_is_the_table():
    """Names, types, defaults and choices of every kind stand in the documentation as the code has them."""
    yaml = pytest.importorskip("yaml")  # not among what is copied to a seat
    documented = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]["checks"]["suboptions"]
    assert set(documented) == set(KINDS) | set(COMMON)
    for kind, spec in KINDS.items():
        options = documented[kind]["suboptions"]
        assert set(options) == set(spec.fields), kind
        for name, field in spec.fields.items():
            option = options[name]
            assert option["type"] == {"number": "float"}.get(field.type, field.type), (kind, name)
            assert option.get("default") == field.default and option.get("required", False) == field.required, (kind, name)
            assert tuple(option.get("choices", ())) == tuple(field.choices or ()) and len(option["description"]) > 5, (kind, name)


def test_examples_are_accepted():
    """Every example of the documentation."""
    examples = (PLUGINS / "modules" / "cluster_check.py").read_text().split('EXAMPLES = r"""')[1].split('"""')[0]
    yaml = pytest.importorskip("yaml")
    tasks = [task["workshop.lab.cluster_check"] for task in yaml.safe_load(examples)]
    assert len(tasks) >= 4
    for task in tasks:
        read_checks(task["checks"])
