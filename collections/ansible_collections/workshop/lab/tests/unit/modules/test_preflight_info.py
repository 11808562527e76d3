"""The module preflight_info: arguments in, results and a table out, nothing started for a bad value."""

import platform

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import preflight_reach, preflight_work
from ansible_collections.workshop.lab.plugins.module_utils.check import check
from ansible_collections.workshop.lab.plugins.module_utils.preflight_table import table
from ansible_collections.workshop.lab.plugins.modules import preflight_info
from ansible_collections.workshop.lab.tests.unit.module_utils.test_preflight_read import MORE, OWN, seat
from ansible_collections.workshop.lab.tests.unit.preflight_parts import WANTED, facts
from ansible_collections.workshop.lab.tests.unit.virtualbox_parts import ANSWERS

MIRROR = "http://mirror/dl.k8s.io/{os}/{arch}/kubectl"


@pytest.fixture
def machine(monkeypatch, fake_runner):
    """Put the example in the machine's place; return (runner, the sources that were asked)."""
    runner, asked = fake_runner([*OWN, *ANSWERS]), []

    def look(sources, limit):
        asked.append((sources, limit))
        return [dict(one, ok=True, answer="HTTP 200", name_found=True, seconds=0.1) for one in sources]

    monkeypatch.setattr(preflight_work, "Reader", lambda account: runner)
    monkeypatch.setattr(preflight_work, "SeatFiles", lambda: seat(**{"/proc/xen/capabilities": ""}))
    monkeypatch.setattr(preflight_work.os, "environ", {})
    monkeypatch.setattr(preflight_work.work, "__defaults__", tuple(
        look if one is preflight_reach.look else (lambda: 1000.0) if one is preflight_work.time.time else one for one in preflight_work.work.__defaults__))
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    return runner, asked


@pytest.mark.parametrize("check_mode", [False, True])
def test_result(machine, run_module, check_mode):
    """Checks, table, driver, reason; never changed."""
    end = run_module(preflight_info, {"driver": "virtualbox", "control_time": 1300.0}, check=check_mode)
    assert not end.failed
    result = end.result
    assert (result["changed"], result["ok"], result["driver"]) == (False, False, "")
    assert result["stops"] == ["virtualbox.xen", "proxy.etc.environment"]
    assert result["reason"].startswith("Driver virtualbox is asked for, and cannot work here")
    assert result["machine"]["clock_seconds"] == -300.0
    assert "seat.clock" in [one["id"] for one in result["checks"] if one["ok"] is False]
    assert {"id", "title", "ok", "expected", "actual", "figure", "hint", "seconds", "severity"} == set(result["checks"][0])
    assert "STOP    virtualbox.xen" in result["table"]
    assert "warn    seat.clock" in result["table"]


def test_ignored(machine, run_module):
    """No stop any more, and still in the table."""
    end = run_module(preflight_info, {"driver": "virtualbox", "ignore": ["virtualbox.xen", "proxy.etc.environment"]})
    assert (end.result["ok"], end.result["stops"], end.result["driver"]) == (True, [], "virtualbox")
    assert "ignored virtualbox.xen" in end.result["table"]
    assert "STOP" not in end.result["table"]


def test_sources(machine, run_module):
    """Of the driver that is wanted, for this machine, and apt's own; https repositories not through apt's proxy for http."""
    _runner, asked = machine
    sources = [{"name": "kubectl", "url": MIRROR}, {"name": "boot-image", "url": "http://mirror/iso", "drivers": ["virtualbox"], "severity": "warn"}]
    run_module(preflight_info, {"driver": "none", "sources": sources, "source_timeout": 2})
    every = ["virtualbox", "kvm2", "none"]
    apt = {"name": "apt", "url": "https://a.example/debian/dists/bookworm/InRelease", "severity": "stop"}
    kubectl = {"name": "kubectl", "url": "http://mirror/dl.k8s.io/linux/amd64/kubectl", "severity": "stop", "drivers": every}
    assert asked == [([kubectl, apt], 2.0)]


def test_apts_proxy():
    """For http it is asked as apt does."""
    found = preflight_work.asked(dict(WANTED, sources=[]), facts(apt_sources=["http://a/x"], apt_proxy="http://cache:3142"))
    assert found == [{"name": "apt", "url": "http://a/x", "severity": "stop", "proxy": "http://cache:3142"}]


@pytest.mark.parametrize(("url", "proxy"), [("http://a/x", "http://mirror:3142"), ("http://mirror/x", None), ("https://a/x", None)])
def test_proxy_that_apt_is_to_have(url, proxy):
    """The class's goes before the seat's own, which is not written yet at the first look; what lies on its machine is asked directly, as role proxy says."""
    found = preflight_work.asked(dict(WANTED, apt_proxy="http://mirror:3142"), facts(apt_sources=[url], apt_proxy="http://old:3142"))
    assert [one.get("proxy") for one in found] == [proxy]


NOBLE = {"release": "24.04", "codename": "noble"}
NEW = dict(NOBLE, kernel="6.17.0-14-generic")
ORACLE = ["https://download.virtualbox.org/virtualbox/debian/dists/noble/InRelease", "https://www.virtualbox.org/download/oracle_vbox_2016.asc"]


@pytest.mark.parametrize(("wanted", "changes", "urls"), [
    ({}, dict(NOBLE, kernel="6.8.0-31-generic"), []),
    ({}, NEW, ORACLE),
    ({"driver": "auto"}, NEW, ORACLE),
    ({"driver": "none"}, NEW, []),
    ({}, dict(NEW, virtualbox_packages=["virtualbox-7.2"], virtualbox_version="7.2.14"), []),
    ({"virtualbox_source": "oracle"}, dict(NOBLE, kernel="6.8.0-31-generic"), ORACLE),
    ({"virtualbox_uri": "http://mirror/vbox/", "virtualbox_key_url": "http://mirror/key.asc"}, NEW,
     ["http://mirror/vbox/dists/noble/InRelease", "http://mirror/key.asc"]),
    ({"virtualbox_source": "fasttrack", "virtualbox_uri": "http://mirror/vbox/"}, {"distribution": "Debian", "release": "12", "codename": "bookworm"},
     ["https://fasttrack.debian.net/debian-fasttrack/dists/bookworm-fasttrack/InRelease"]),
    ({}, {"distribution": "Linux Mint", "release": "22"}, []),
])
def test_sources_of_virtualbox(wanted, changes, urls):
    """The repository and the key that the role would fetch, and only where it would."""
    found = preflight_work.asked(dict(WANTED, **wanted), facts(**changes))
    assert [one["url"] for one in found] == urls
    assert [one["name"] for one in found] == ["virtualbox", "virtualbox-key"][:len(urls)]
    assert all((one["severity"], one["drivers"]) == ("stop", ["virtualbox"]) for one in found)


@pytest.mark.parametrize(("arguments", "words"), [
    ({"driver": "docker"}, "value of driver must be one of: auto, virtualbox, kvm2, none"),
    ({"drivers": []}, "drivers is []; it must be a list of at least one of virtualbox, kvm2, none"),
    ({"drivers": ["docker"]}, "drivers"),
    ({"user": "A Student"}, "user is 'A Student'; it must be an account name"),
    ({"kubernetes_version": "1.16"}, "kubernetes_version is '1.16'; it must be a version like v1.16.2"),
    ({"cpus": 1}, "cpus is 1; it must be a number from 2 to 32"),
    ({"memory_mb": 512}, "memory_mb is 512; it must be a number of at least 2000"),
    ({"host_only_cidr": "192.168.99.0/24"}, "host_only_cidr is '192.168.99.0/24'; it must be a private address"),
    ({"host_only_cidr": "8.8.8.8/24"}, "host_only_cidr"),
    ({"service_cidr": "10.96.0.1/12"}, "service_cidr is '10.96.0.1/12'; it must be a network"),
    ({"service_cidr": "0.0.0.0/0"}, "service_cidr"),
    ({"source_timeout": 0}, "source_timeout is 0.0; it must be a number from 0.1 to 60"),
    ({"source_timeout": "nan"}, "source_timeout"),
    ({"clock_tolerance": 0}, "clock_tolerance is 0; it must be a number from 1 to 86400"),
    ({"control_time": "noon"}, "control_time"),
    ({"ignore": ["Seat Clock"]}, "ignore is 'Seat Clock'; it must be the id of a check, like seat.clock"),
    ({"sources": [{"name": "kubectl"}]}, "url"),
    ({"virtualbox_source": "snap"}, "value of virtualbox_source must be one of: auto, distribution, oracle, fasttrack"),
    ({"virtualbox_series": "7"}, "virtualbox_series is '7'; it must be one of Oracle's series"),
    ({"virtualbox_uri": "ftp://x/y"}, "virtualbox_uri is 'ftp://x/y'; it must be an http or https URL, or empty"),
    ({"apt_proxy": "cache:3142"}, "apt_proxy is 'cache:3142'"),
    ({"sources": [{"name": "kubectl", "url": "ftp://x/y"}]}, "sources[0].url is 'ftp://x/y'; it must be an http or https URL"),
    ({"sources": [{"name": "apt", "url": "http://x/y"}]}, "sources[0].name is 'apt'; it must be a name of its own"),
    ({"sources": [{"name": "a", "url": "http://x/y"}, {"name": "a", "url": "http://x/z"}]}, "sources[1].name is 'a'"),
    ({"sources": [{"name": "Kube Ctl", "url": "http://x/y"}]}, "sources[0].name is 'Kube Ctl'; it must be lower-case letters"),
    ({"sources": [{"name": "a", "url": "http://x/y", "severity": "perhaps"}]}, "severity"),
])
def test_bad_values(machine, run_module, arguments, words):
    """One sentence, and nothing is started nor asked."""
    runner, asked = machine
    end = run_module(preflight_info, arguments)
    assert end.failed
    assert words in end.result["msg"]
    assert (runner.calls, asked) == ([], [])


def test_example_has_what_the_tests_say():
    """The proxy of the example is the one of the table."""
    assert "secret" in MORE["/etc/environment"]


TABLE = """Debian 12. Driver virtualbox is asked for, and cannot work here.
1 to stop for, 1 to be warned of, 1 ignored, 1 unknown, 1 fine

        check                    finding                                                  remedy
------- ------------------------ -------------------------------------------------------- ------------------------------------------------------------------
STOP    b.stop                   B: found (wanted: wanted)                                Mend it. Mend it. Mend it. Mend it. Mend it. Mend it. Mend it.
                                                                                          Mend it. Mend it. Mend it. Mend it. Mend it. Mend it. Mend it.
warn    a.warn                   A: found (wanted: wanted)                                Think.
ignored d.ignored                D: found (wanted: wanted)                                Mend it.
unknown c.unknown                C: found                                                 Look."""


def test_table():
    """Stops first, each with its remedy beside it; what is fine is only counted."""
    rows = [("a.warn", "A", False, "warn", "Think."), ("b.stop", "B", False, "stop", " ".join(["Mend it."] * 14)), ("c.unknown", "C", None, "stop", "Look."),
            ("d.ignored", "D", False, "stop", "Mend it."), ("e.fine", "E", True, "stop", "")]
    checks = [dict(check(name, title, ok, "wanted", "found", hint=hint), severity=severity) for name, title, ok, severity, hint in rows]
    assert table("Debian 12. Driver virtualbox is asked for, and cannot work here.", checks, ["d.ignored"]) == TABLE


def test_table_of_a_good_machine():
    """Two lines."""
    assert table("A machine.", [dict(check("a", "A", True), severity="stop")]) == "A machine.\n0 to stop for, 0 to be warned of, 1 fine"
