"""The role proxy on files of the test's own: what is written, what a second run changes, what emptied variables leave."""

import json
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playbook import play

PLAYBOOK = Path(__file__).with_name("proxy.yml")
FILES = ("apt/95workshop-proxy", "profile/workshop-proxy.sh", "docker/workshop-proxy.conf")
# What the role must not touch on the machine that runs the tests.
EXTRA = {
    "_proxy_apt_file": "{{ case_dir }}/" + FILES[0],
    "_proxy_profile_file": "{{ case_dir }}/" + FILES[1],
    "_proxy_docker_file": "{{ case_dir }}/" + FILES[2],
    "_proxy_own_addresses": ["172.22.1.7"],
    "_proxy_owner": pwd.getpwuid(os.getuid()).pw_name,
}
PROXY = {"proxy_http": "http://proxy.example:3128", "proxy_exclude": [".school.example", "packages.school.example"], "cluster_driver": "none"}
CASES = {
    "nothing": {},
    "proxy": PROXY,
    "mirror": {"mirror_url": "http://mirror.example/", "cluster_driver": "none"},
    "both": dict(PROXY, mirror_url="http://mirror.example"),
    "https": {"proxy_https": "http://secure.example:3129", "cluster_driver": "virtualbox"},
    "kvm2": dict(PROXY, cluster_driver="kvm2"),
}
NO_PROXY = "localhost,127.0.0.1,::1,192.168.99.0/24,192.168.99.100,10.96.0.0/12,172.22.1.7"


def run(base, cases, name, *arguments):
    """Run the role for cases (name -> variables); its Docker part would touch this machine's."""
    folder = base / "runs" / name
    folder.mkdir(parents=True)
    hosts = {}
    for case, variables in cases.items():
        for path in FILES[:2]:
            (base / case / path).parent.mkdir(parents=True, exist_ok=True)
        hosts[case] = dict(variables, case_dir=str(base / case))
    common = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    done = play(folder, PLAYBOOK, {"all": {"vars": common, "hosts": hosts}}, "--extra-vars", json.dumps(EXTRA), "--skip-tags", "proxy_docker", *arguments)
    for case in cases:
        assert not done.of(case, "failed"), done.failure(case)
    return done


def texts(base, case):
    """Return {name: text} of the files that are there."""
    return {path.split("/")[0]: (base / case / path).read_text() for path in FILES if (base / case / path).exists()}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """The folder in which every case has its own, after a run in check mode and a real one."""
    folder = tmp_path_factory.mktemp("proxy")
    checked = run(folder, CASES, "check", "--check")
    for case in CASES:
        assert texts(folder, case) == {}
        assert bool([task for task in checked.changed(case) if "settings" in task]) == (case != "nothing")
    run(folder, CASES, "first")
    return folder


def environment(base, case):
    """Return what the other roles were told."""
    return json.loads((base / case / "environment.json").read_text())


def test_neither_proxy_nor_mirror(base):
    """Nothing is written, nothing told."""
    assert texts(base, "nothing") == {} and environment(base, "nothing") == {}


def test_proxy_reaches_everything(base):
    """The same six variables for downloads, minikube and kubectl, shells, and Docker."""
    exclude = ".school.example,packages.school.example," + NO_PROXY
    wanted = {"http_proxy": PROXY["proxy_http"], "https_proxy": PROXY["proxy_http"], "no_proxy": exclude}
    wanted |= {name.upper(): value for name, value in wanted.items()}
    assert environment(base, "proxy") == wanted
    shown = subprocess.run(["env", "-i", "sh", "-c", ". %s; env" % (base / "proxy" / FILES[1])], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert dict(line.split("=", 1) for line in shown.splitlines() if "proxy" in line.lower().split("=")[0]) == wanted
    docker = texts(base, "proxy")["docker"]
    assert docker.splitlines()[1] == "[Service]"
    assert {tuple(line[len('Environment="'):-1].split("=", 1)) for line in docker.splitlines()[2:]} == set(wanted.items())


@pytest.mark.skipif(not shutil.which("apt-config"), reason="no apt here")
@pytest.mark.parametrize(("case", "http", "https"), [
    ("proxy", "http://proxy.example:3128", "http://proxy.example:3128"),
    ("mirror", "http://mirror.example:3142", "DIRECT"),
    ("both", "http://mirror.example:3142", "http://proxy.example:3128"),
    ("https", None, None),
])
def test_apt(base, case, http, https):
    """As apt itself reads it: the mirror's cache of packages goes before the proxy, and https never through that cache."""
    path = base / case / FILES[0]
    if http is None:
        assert not path.exists()
        return
    shown = subprocess.run(["apt-config", "-c", path, "dump"], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert 'Acquire::http::Proxy "%s";' % http in shown and 'Acquire::https::Proxy "%s";' % https in shown
    assert ('Acquire::http::Proxy::packages.school.example "DIRECT";' in shown) == (case != "mirror")
    assert "school.example::" not in shown and 'Proxy::.school' not in shown


def test_mirror_is_not_behind_the_proxy(base):
    """Its host is in NO_PROXY."""
    assert environment(base, "both")["NO_PROXY"].split(",")[-1] == "mirror.example"
    assert environment(base, "mirror") == {} and set(texts(base, "mirror")) == {"apt"}


def test_driver_of_a_vm(base):
    """minikube tells its VM's Docker; the seat's own is not touched. Driver kvm2 has a network of its own."""
    assert set(texts(base, "https")) == {"profile"} and set(texts(base, "kvm2")) == {"apt", "profile"}
    assert set(environment(base, "https")) == {"https_proxy", "no_proxy", "HTTPS_PROXY", "NO_PROXY"}
    assert "192.168.39.0/24" in environment(base, "kvm2")["NO_PROXY"] and "192.168.39" not in environment(base, "proxy")["NO_PROXY"]


def test_afterwards(base):
    """A second run changes nothing; a changed file, owner or mode is mended; emptied variables and state absent take everything away, once."""
    again = run(base, CASES, "second")
    assert {case: again.changed(case) for case in CASES} == dict.fromkeys(CASES, [])
    before = texts(base, "proxy")
    (base / "proxy" / FILES[0]).write_text("Acquire::http::Proxy \"http://elsewhere\";\n")
    (base / "proxy" / FILES[1]).chmod(0o600)
    mended = run(base, {"proxy": PROXY}, "mended")
    assert mended.changed("proxy") and texts(base, "proxy") == before and (base / "proxy" / FILES[1]).stat().st_mode & 0o777 == 0o644
    emptied = {"proxy": {"cluster_driver": "none"}, "both": dict(CASES["both"], proxy_http=""), "mirror": dict(CASES["mirror"], proxy_state="absent")}
    run(base, emptied, "emptied")
    assert texts(base, "proxy") == {} and set(texts(base, "both")) == {"apt"} and texts(base, "mirror") == {}
    assert environment(base, "proxy") == {}
    once = run(base, emptied, "emptied-again")
    assert [once.changed(case) for case in emptied] == [[], [], []]


def test_the_look_of_all_roles_is_enough_where_nothing_is_to_do(tmp_path):
    """playbooks/tasks/look.yml has seen the files: by what it says the role looks itself, or does without."""
    old = tmp_path / "old"
    (old / "apt").mkdir(parents=True)
    (old / FILES[0]).write_text("left over\n")
    files = {case: [f"{tmp_path}/{case}/{path}" for path in FILES] for case in ("gone", "old", "new", "unseen")}
    seen = {case: {"found": dict.fromkeys(files[case], {}), "there": [], "differing": files[case]} for case in files}
    seen["old"]["there"] = files["old"][:1]
    seen["unseen"]["found"].popitem()
    done = run(tmp_path, {case: dict(PROXY if case == "new" else {}, seat_look=seen[case]) for case in files}, "looked")
    looked = {case: "proxy : Look at the files in place" in [event["task"] for event in done.of(case, "ok")] for case in files}
    assert looked == {"gone": False, "old": True, "new": True, "unseen": True}
    assert texts(tmp_path, "gone") == {} and texts(tmp_path, "old") == {} and set(texts(tmp_path, "new")) == {"apt", "profile", "docker"}
