"""Facts inside the node: the fixed scripts run by a real shell, with stand-ins for sudo, systemctl, docker and curl."""

import os
import re
import shlex
import subprocess

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import checks_node
from ansible_collections.workshop.lab.plugins.module_utils.checks_node import (
    SCRIPT,
    VISITS,
    container_names,
    facts_here,
    facts_over_ssh,
    parse,
    ssh_argv,
    visits_over_ssh,
)
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

PS = "k8s_etcd_etcd-minikube_kube-system_ba0f_0\nk8s_POD_etcd-minikube_kube-system_ba0f_0\nk8s_kube-proxy_kube-proxy-qs2kh_kube-system_bb27_0\n"


@pytest.fixture
def node(tmp_path):
    """A stand-in node: run(argv of minikube ssh) as the VM's login shell would, on a pty's terms (CR LF, one stream); its files below tmp_path."""
    (tmp_path / "bin").mkdir()

    def program(name, text):
        (tmp_path / "bin" / name).write_text("#!/bin/sh\n" + text)
        (tmp_path / "bin" / name).chmod(0o755)

    program("sudo", 'if [ "$1" = docker ]; then shift; exec docker "$@"; fi\nexec "$@"\n')
    program("systemctl", "echo active\n")
    program("docker", "[ \"$1 $2\" = 'ps --format' ] || exit 9\nprintf '%s' '" + PS + "' | sed 's/^/@container /'\n")
    program("curl", 'for last in "$@"; do :; done\ncase $last in *refused*) exit 7;; esac\nprintf "Hello %s" "$last"; printf "\\n@lab-status 200 0.012\\n"\n')

    def run(argv):
        assert argv[:3] == ["minikube", "ssh", "--"] and len(argv) == 4
        command = argv[3].replace("/etc/kubernetes/manifests", str(tmp_path / "manifests")).replace("/var/lib/kubelet", str(tmp_path))
        done = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={"PATH": "%s:/usr/bin:/bin" % (tmp_path / "bin")})
        return done.stdout.decode().replace("\n", "\r\n")

    run.files = tmp_path
    return run


def test_facts_of_the_script(node, fake_runner):
    """What the script says is what is so, in one call."""
    (node.files / "manifests").mkdir()
    for name in ("etcd.yaml", "addon-manager.yaml.tmpl"):
        (node.files / "manifests" / name).write_text("")
    (node.files / "config.yaml").write_text("kind: KubeletConfiguration\nstaticPodPath: /etc/kubernetes/manifests\n")
    words = ssh_argv("minikube", SCRIPT, "containers")
    runner = fake_runner([(["ssh"], 0, "Welcome to the VM\r\n" + node(words), "")])
    facts = facts_over_ssh(runner, "minikube", True)
    assert facts == {"manifests": ["addon-manager.yaml.tmpl", "etcd.yaml"], "kubelet": "active",
                     "static_pod_path": "/etc/kubernetes/manifests", "containers": PS.split()}
    assert runner.calls == [words]


def test_node_without_anything(node):
    """No file, no Docker: the script still ends, and what is not there is None."""
    (node.files / "bin" / "docker").write_text("#!/bin/sh\nexit 1\n")
    facts = parse(node(ssh_argv("minikube", SCRIPT, "containers")).replace("\r", "").split("\n"))
    assert facts == {"manifests": None, "kubelet": "active", "static_pod_path": None, "containers": None}


def test_docker_is_asked_only_when_needed(node):
    """It is the dearest of the questions."""
    (node.files / "bin" / "docker").write_text("#!/bin/sh\necho asked\n")
    assert "asked" not in node(ssh_argv("minikube", SCRIPT, "files"))


def test_fixed_words_only():
    """The remote shell gets the script as one word, however strange the others are."""
    argv = ssh_argv("/usr/local/bin/minikube", VISITS, "5", "http://10.0.0.1/$(reboot);'x'")
    assert argv[:3] == ["/usr/local/bin/minikube", "ssh", "--"]
    assert shlex.split(argv[3]) == ["sh", "-c", VISITS, "sh", "5", "http://10.0.0.1/$(reboot);'x'"]


def test_scripts_change_nothing():
    """No word in them writes, but to nowhere."""
    for script in (SCRIPT, VISITS):
        assert not re.search(r"\b(rm|mv|cp|tee|touch|mkdir|stop|start|restart|kill|apply|delete)\b", script)
        assert set(re.findall(r">\s*(\S+?)[;)\s]", script)) <= {"/dev/null"}


@pytest.mark.parametrize("rc, out, err, words", [
    (1, "", 'ssh: "minikube" is not running\n', "exit code 1.*is not running"), (None, "half", "", "no answer within"),
    (0, "@kubelet active\r\n", "", "minikube ssh"), (78, "", "", "it said nothing")])
def test_node_that_cannot_be_reached(fake_runner, rc, out, err, words):
    """One LabError, and half an answer is none."""
    with pytest.raises(LabError, match="The node could not be reached by `minikube ssh`.*" + words.split(".*")[0] + "|" + words):
        facts_over_ssh(fake_runner([(["ssh"], rc, out, err)]), "minikube", False)
    with pytest.raises(LabError, match="could not be reached"):
        visits_over_ssh(fake_runner([(["ssh"], rc, out, err)]), "minikube", ["http://10.0.0.1/"], 5)


def test_visits_from_inside(node, fake_runner):
    """curl's answers become the same Visits, also a body without a newline and a refused connection."""
    urls = ["http://10.0.0.1:8080/", "http://refused/", "http://10.0.0.1:8080/it's"]
    words = ssh_argv("minikube", VISITS, "5", *urls)
    out = node(words)
    # curl writes its --write-out also when it failed; the stand-in does not, so it is put in as curl 7.68 writes it.
    out = out.replace("@lab-exit 7", "\r\n@lab-status 000 0.001\r\n@lab-exit 7")
    runner = fake_runner([(["ssh"], 0, out, "")])
    visits = visits_over_ssh(runner, "minikube", urls, 5)
    assert [(one.status, one.body.strip(), one.problem) for one in visits] == [
        (200, "Hello http://10.0.0.1:8080/", ""), (None, "", "refused"), (200, "Hello http://10.0.0.1:8080/it's", "")]
    assert runner.calls == [words]


def test_facts_of_this_host(tmp_path, fake_runner):
    """Driver none: files read directly, one process, and one more for containers."""
    assert facts_here(fake_runner([(["systemctl"], 3, "inactive\n", "")]), False, str(tmp_path)) == {
        "manifests": None, "static_pod_path": None, "containers": None, "kubelet": "inactive"}
    (tmp_path / "etc/kubernetes/manifests").mkdir(parents=True)
    (tmp_path / "etc/kubernetes/manifests/etcd.yaml").write_text("")
    (tmp_path / "var/lib/kubelet").mkdir(parents=True)
    (tmp_path / "var/lib/kubelet/config.yaml").write_text('a: b\nstaticPodPath: "/etc/kubernetes/manifests"\n')
    runner = fake_runner([(["systemctl"], 0, "active\n", ""), (["docker"], 0, PS, "")])
    assert facts_here(runner, True, str(tmp_path)) == {"manifests": ["etcd.yaml"], "static_pod_path": "/etc/kubernetes/manifests",
                                                       "containers": PS.split(), "kubelet": "active"}
    assert runner.calls == [["systemctl", "is-active", "kubelet"], ["docker", "ps", "--format", "{{.Names}}"]]
    (tmp_path / "var/lib/kubelet/config.yaml").write_text("a: b\n")
    assert facts_here(fake_runner([([], 1, "", "")]), True, str(tmp_path))["static_pod_path"] == ""
    assert os.path.isabs(checks_node.MANIFESTS)


def test_container_names():
    """Without the pause containers, and with what was started by hand."""
    assert container_names(PS.split() + ["registry"]) == {"etcd", "kube-proxy", "registry"}
