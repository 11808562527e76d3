"""playbooks/preflight.yml on a seat with many problems: everything in one run, in one table, and nothing changed."""

import pathlib
import re
import time

import pytest
import yaml

PYTHON = "/usr/local/bin/python-on-cgroup-v2"
TWO_DAYS = 2 * 86400
BROKEN = {
    "ansible_python_interpreter": PYTHON,
    "cluster_driver": "auto",
    "cluster_kubernetes_version": "v1.18.20",  # the newest that knows no cgroup v2
    # A name that never exists (RFC 6761), and a port where nobody listens.
    "artifact_mirror_url": "http://mirror.invalid",
    "cluster_registry_mirrors": ["http://127.0.0.1:9"],
}
# id -> (word, what was found, remedy): of every problem that was made.
MADE = {
    "disk.vm": ("STOP", "1 MB|2 MB", "df -h /home/k8suser/.minikube"),
    "seat.packages": ("STOP", "workshop-broken", "dpkg --configure -a"),
    "network.host_only": ("STOP", "192.168.99.0/24 of campus0", "cluster_host_only_cidr"),
    "seat.dns": ("STOP", "none of .*mirror.invalid", "resolvectl"),
    "source.kubectl": ("STOP", "the name mirror.invalid is not found", "artifact_mirror_url"),
    "source.minikube": ("STOP", "the name mirror.invalid is not found", "http://mirror.invalid"),
    "source.apt": ("STOP", "127.0.0.1:9/debian/dists/bookworm/InRelease: connection refused", "no package can be installed"),
    "source.docker-hub": ("warn", "connection refused", "cluster_registry_mirrors"),
    "seat.clock": ("STOP", "2 days behind|47 hours behind", "timedatectl"),
    "none.cgroup": ("STOP", "cgroup v2", "v1.19.0"),
    "virtualbox.container": ("STOP", "podman|docker", "container's host"),
    "minikube.owner": ("STOP", "~/.kube/config", "chown -R k8suser:"),
    "proxy.etc.profile.d.proxy.sh": ("STOP", "NO_PROXY is not set", "192.168.99.0/24,10.96.0.0/12"),
    "driver": ("STOP", "none can", "nearest is none"),
}
# What Ansible and the login leave themselves: its temporary files, logs, sessions.
SNAPSHOT = r"""
for path in / /home/k8suser/.minikube; do
  find $path -xdev \( -path /tmp -o -path /var/tmp -o -path /var/log -o -path /run -o -path /proc -o -path /sys -o -path /dev -o -name .ansible
    -o -path /var/lib/systemd \) -prune -o -printf '%p %y %m %u:%g %s %T@ %C@\n'
done | sort
dpkg-query --show --showformat='${db:Status-Abbrev} ${Package} ${Version}\n'
systemctl list-unit-files --no-legend --no-pager | grep -v -e '^user' -e '^session'
systemctl list-units --all --no-legend --no-pager --plain --type=service,socket,mount,timer | awk '{print $1, $2, $3}' | grep -v -e '^user' -e '^session'
ip -o address show
ip route show
lsmod | awk '{print $1}'
"""


def plain(done):
    """Return a run's output without the colours that molecule forces."""
    return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)


def rows(output):
    """Return {id: (word, finding, remedy)} of the one table in a run's output."""
    tables = re.findall(r"(?m)^ *[-]{7} [-]{24} [-]{56} [-]{66}$", output)
    assert len(tables) == 1, "%d tables\n%s" % (len(tables), output)
    lines = output.split(tables[0])[1].splitlines()[1:]
    edge, found, name = len(tables[0]) - len(tables[0].lstrip()), {}, ""
    for line in lines:
        cells = [line[edge:][start:end].strip() for start, end in ((0, 8), (8, 33), (33, 90), (90, None))]
        if not line.strip() or not re.match(r"\s", line):
            break
        if cells[0]:
            name = cells[1]
            found[name] = cells[0], cells[2], cells[3]
        else:
            # Names that are wider than their column go on in the next line, without a blank.
            if cells[1]:
                found[name + cells[1]] = found.pop(name)
                name += cells[1]
            word, finding, remedy = found[name]
            found[name] = word, (finding + " " + cells[2]).strip(), (remedy + " " + cells[3]).strip()
    return found


def snapshot(host):
    """Return what the seat is, as lines."""
    done = host.run("sh -c %s", "export LC_ALL=C; " + SNAPSHOT.replace("\n    -o", " -o"))
    assert done.rc == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) > 3000, "the snapshot is too small to be one"
    return lines


@pytest.fixture(scope="module")
def run(host, play):
    """Break the seat; then one run against it, whose control node is two days ahead; and the seat before and after it."""
    broken = play("molecule/preflight/break.yml")
    assert broken.returncode == 0, plain(broken)
    snapshot(host)  # the first look may have its own traces, such as a cache
    before = snapshot(host)
    done = play("playbooks/preflight.yml", **BROKEN, _preflight_control_time=time.time() + TWO_DAYS)
    return done, before, snapshot(host)


def test_ends_with_an_error(run):
    """Not with success, and not because something broke: the last task refuses the seat."""
    done = run[0]
    assert done.returncode == 2, plain(done)
    assert "lab-preflight-1 cannot be a seat as it is, nothing was changed:" in plain(done)
    assert re.search(r"lab-preflight-1 .* changed=0 .* failed=1", plain(done)), plain(done)


@pytest.mark.parametrize("name", sorted(MADE))
def test_problem_is_in_the_table(run, name):
    """What was made, with what was seen and what to do."""
    found = rows(plain(run[0]))
    assert name in found, "%s is not among %s\n%s" % (name, sorted(found), plain(run[0]))
    word, finding, remedy = MADE[name]
    # Long words are broken where the column ends.
    squeeze = lambda text: text.replace(" ", "")  # noqa: E731
    assert found[name][0] == word, found[name]
    assert re.search(squeeze(finding), squeeze(found[name][1])), found[name]
    assert squeeze(remedy) in squeeze(found[name][2]), found[name]


def test_every_row_has_a_remedy(run):
    """A problem without a next step is no help."""
    assert not [name for name, (_word, _finding, remedy) in rows(plain(run[0])).items() if len(remedy) < 10]


def test_nothing_changed(run):
    """Files with their times, packages, units, addresses, routes, modules: all as before."""
    before, after = run[1:]
    changed = sorted(set(before) ^ set(after))
    assert not changed, "\n".join(changed)


def test_ignored_problems_do_not_stop(run, play):
    """All of them by their ids: the run succeeds, and still shows them."""
    first = play("playbooks/preflight.yml", **dict(BROKEN, cluster_driver="none"))
    stopping = [name for name, row in rows(plain(first)).items() if row[0] == "STOP"]
    assert first.returncode == 2
    assert {"none.cgroup", "source.apt"} <= set(stopping)
    done = play("playbooks/preflight.yml", **dict(BROKEN, cluster_driver="none"), preflight_ignore=stopping)
    assert done.returncode == 0, plain(done)
    assert {row[0] for name, row in rows(plain(done)).items() if name in stopping} == {"ignored"}


@pytest.mark.parametrize(("script", "words"), [
    ("/usr/local/bin/no-python", "No Python 3 was found, and ansible-core"),
    ("/srv/python3.5", "Its Python is 3.5, and ansible-core"),
])
def test_python_that_no_module_understands(run, host, play, script, words):
    """Said in a sentence instead of a SyntaxError."""
    host.run_expect([0], "printf '#!/bin/sh\\nprintf python=3.5' > /srv/python3.5; chmod 755 /srv/python3.5")
    done = play("playbooks/preflight.yml", ansible_python_interpreter=script)
    assert done.returncode == 2
    assert words in " ".join(plain(done).split()), plain(done)
    assert "seat.python" in plain(done)
    assert "Traceback" not in plain(done)


def test_one_bad_seat_stops_no_other(run, play, request, tmp_path):
    """The seat under a second name, which ignores what stops it: one run, two tables, one refusal."""
    instances = pathlib.Path(request.config.getoption("--ansible-inventory"), "instances.yml")
    inventory = yaml.safe_load(instances.read_text(encoding="utf-8"))
    first = play("playbooks/preflight.yml", cluster_driver="none")
    stopping = [name for name, row in rows(plain(first)).items() if row[0] == "STOP"]
    seat = inventory["all"]["hosts"]["lab-preflight-1"]
    (tmp_path / "other.yml").write_text(yaml.safe_dump({"seats": {"hosts": {"other-seat": dict(seat, preflight_ignore=stopping)}}}))
    done = play("playbooks/preflight.yml", "--inventory", str(tmp_path / "other.yml"), "--limit", "lab-preflight-1,other-seat", cluster_driver="none")
    assert done.returncode == 2, plain(done)
    assert "lab-preflight-1 cannot be a seat" in plain(done)
    assert "other-seat cannot be a seat" not in plain(done)
    assert "other-seat: Debian 12" in plain(done)
    assert "lab-preflight-1: Debian 12" in plain(done)
