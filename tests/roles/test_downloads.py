"""Good and bad downloads by the role artifact, from a real HTTP server: what is in place after, and what is said."""

import grp
import hashlib
import json
import os
import pathlib
import platform
import pwd
import socket
import sys

import pytest
from playbook import play
from publisher import ALTERED, GOOD, HALF, Publisher

PLAYBOOK = pathlib.Path(__file__).with_name("downloads.yml")
FORMER = b"#!/bin/sh\necho the former version\n"
RETRIES = 2
# What the role must not touch on the machine that runs the tests; and, for who does not test as root, an owner to set.
EXTRA = {
    "_artifact_completion_file": "{{ case_dir }}/completion",
    "_artifact_owner": pwd.getpwuid(os.getuid()).pw_name,
    "_artifact_group": grp.getgrgid(os.getgid()).gr_name,
    "_artifact_upstream_url": "{{ case_upstream | default('https://dl.k8s.io/release/v1.16.2/bin/linux/' ~ _artifact_arch ~ '/kubectl') }}",
    "_artifact_architectures": "{{ case_architectures | default({'x86_64': 'amd64', 'aarch64': 'arm64'}) }}",
}


def sha256(data):
    """Return the hash as a person writes it."""
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(scope="module")
def publisher():
    """Serve until the module's tests are done."""
    server = Publisher()
    yield server
    server.shutdown()
    server.server_close()


def closed_port():
    """Return a port of the loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run_cases(base, cases, publisher, *arguments):
    """Run the role for CASES (name -> variables) and return the run."""
    hosts = {}
    for name, variables in cases.items():
        folder = base / name
        folder.mkdir(exist_ok=True)
        hosts[name] = {
            "case_dir": str(folder),
            "artifact_mirror_url": f"{publisher.url}/{name}",
            "artifact_name": "kubectl",
            "artifact_version": "v1.16.2",
            "artifact_checksum": sha256(GOOD),
            "artifact_path": f"{folder}/kubectl",
            **variables,
        }
    common = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "artifact_retries": RETRIES,
        "artifact_retry_delay": 0,
        "artifact_timeout": 20,
    }
    run_dir = base / ("in-check-mode" if "--check" in arguments else "for-real")
    run_dir.mkdir()
    return play(
        run_dir, PLAYBOOK, {"all": {"vars": common, "hosts": hosts}}, "--extra-vars", json.dumps(EXTRA), *arguments
    )


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Return the folder in which every case has its own."""
    return tmp_path_factory.mktemp("cases")


@pytest.fixture(scope="module")
def run(base, publisher):
    """Run all cases at once: each is a host of its own."""
    for name, content in {
        "replacing": FORMER,
        "replacing-altered": FORMER,
        "current": GOOD,
        "removed": FORMER,
    }.items():
        (base / name).mkdir()
        (base / name / "kubectl").write_bytes(content)
        (base / name / "kubectl").chmod(0o755)
    (base / "directory" / "kubectl").mkdir(parents=True)
    (base / "link").mkdir()
    (base / "link" / "kubectl").symlink_to("/bin/true")
    (base / "interrupted").mkdir()
    (base / "interrupted" / ".kubectl.part").write_bytes(HALF)
    (base / "mode").mkdir()
    (base / "mode" / "kubectl").write_bytes(GOOD)
    (base / "mode" / "kubectl").chmod(0o700)
    cases = {
        name: {}
        for name in (
            "good",
            "cut",
            "short",
            "altered",
            "missing",
            "busy",
            "replacing",
            "replacing-altered",
            "current",
        )
    }
    cases |= {name: {} for name in ("directory", "link", "interrupted", "mode")}
    cases["slow"] = {"artifact_timeout": 1}
    cases["removed"] = {"artifact_state": "absent"}
    cases["refused"] = {"artifact_mirror_url": f"http://127.0.0.1:{closed_port()}"}
    cases["folder"] = {"artifact_path": str(base / "folder" / "not-there" / "kubectl")}
    cases["version"] = {"artifact_version": "v1.99.0", "artifact_checksum": ""}
    cases["empty"] = {"artifact_checksum": sha256(b"")}
    cases["unpinned"] = {
        "artifact_name": "minikube",
        "artifact_version": "v1.5.2",
        "artifact_path": str(base / "unpinned" / "minikube"),
        "artifact_checksum": "",
        "case_architectures": {platform.machine(): "arm64"},
    }
    cases["fallback"] = {"case_upstream": f"{publisher.url}/upstream/kubectl", "artifact_fallback_upstream": True}
    cases["fallback-altered"] = {"case_upstream": f"{publisher.url}/upstream-altered/kubectl", "artifact_fallback_upstream": True}
    cases["no-fallback"] = {"case_upstream": f"{publisher.url}/upstream-unasked/kubectl"}
    (base / "twins").mkdir()
    cases |= {name: {"artifact_path": str(base / "twins" / "kubectl")} for name in ("twin-1", "twin-2")}
    cases["processor"] = {"case_architectures": {"riscv64": "riscv64"}}
    return run_cases(base, cases, publisher)


def contents(base, case):
    """Return the names in a case's folder."""
    return sorted(path.name for path in (base / case).iterdir())


@pytest.mark.parametrize("case", ["good", "busy", "slow", "replacing", "interrupted"])
def test_good_file_is_in_place(run, base, case):
    """The wanted bytes are there, executable, and nothing beside them."""
    assert not run.of(case, "failed"), run.failure(case)
    assert (base / case / "kubectl").read_bytes() == GOOD
    assert (base / case / "kubectl").stat().st_mode & 0o7777 == 0o755
    assert contents(base, case) == ["kubectl"]


def test_two_runs_at_once(run, base):
    """Both load to one name and each puts its file in place: the second has nothing to move any more, and nothing to complain of."""
    twins = ("twin-1", "twin-2")
    assert not [run.failure(name) for name in twins if run.of(name, "failed")]
    assert [one["task"] for name in twins for one in run.of(name)].count("artifact : Look whether another run was first") == 1, "neither was second"
    assert (base / "twins" / "kubectl").read_bytes() == GOOD
    assert contents(base, "twins") == ["kubectl"]


def test_mirror_keeps_host_and_path(run, publisher):
    """A mirrored URL is the mirror, the publisher's host and its path."""
    arch = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
    assert run.of("good")
    assert f"/good/dl.k8s.io/release/v1.16.2/bin/linux/{arch}/kubectl" in publisher.paths


@pytest.mark.parametrize(
    ("case", "count"),
    [("busy", 2), ("slow", 2), ("good", 1), ("missing", 1), ("short", RETRIES + 1), ("cut", RETRIES + 1)],
)
def test_tries(run, publisher, case, count):
    """What may pass is tried again, as often as asked and no more; an answer that stays the same is not."""
    assert run.of(case)
    assert publisher.requests[case] == count


@pytest.mark.parametrize(("case", "found"), [("short", sha256(HALF)), ("altered", sha256(ALTERED))])
def test_wrong_content_leaves_nothing(run, base, case, found):
    """A file of other content is not put in place, and both checksums are said."""
    assert contents(base, case) == []
    message = run.failure(case)
    assert f"expected sha256 {sha256(GOOD)}, found {found}" in message
    assert f"kubectl v1.16.2 was not installed on {case}" in message
    assert f"Nothing was put in place: {base}/{case}/kubectl does not exist" in message
    assert f"after {RETRIES + 1} of at most {RETRIES + 1} tries" in message
    assert "kubectl_checksum" in message


def test_cut_connection_leaves_nothing(run, base):
    """A connection that ends early is not a file, whether get_url notices the length (new ones do) or only the checksum."""
    assert contents(base, "cut") == []
    message = run.failure("cut")
    assert f"found {sha256(HALF)}" in message or "Incomplete read" in message
    assert sha256(GOOD) in message
    assert "Nothing was put in place" in message


def test_missing_file_says_the_answer(run, base):
    """A 404 names the URL and the status."""
    assert contents(base, "missing") == []
    message = run.failure("missing")
    assert "HTTP status 404" in message
    assert "/missing/dl.k8s.io/release/v1.16.2/" in message
    assert "kubectl_version" in message


def test_nobody_answers(run, base):
    """A dead server is named as what it is."""
    assert contents(base, "refused") == []
    message = run.failure("refused")
    assert "Connection refused" in message
    assert "artifact_mirror_url" in message
    assert f"after {RETRIES + 1} of at most {RETRIES + 1} tries" in message


def test_publisher_is_asked_only_when_the_class_wants_it(run, base, publisher):
    """A mirror without the file: an error, or the way out of the house, which is told; the same checksum holds there."""
    assert publisher.requests["upstream-unasked"] == 0 and "HTTP status 404" in run.failure("no-fallback") and contents(base, "no-fallback") == []
    assert publisher.requests["upstream"] == 1 and (base / "fallback" / "kubectl").read_bytes() == GOOD
    assert f"found {sha256(ALTERED)}" in run.failure("fallback-altered") and contents(base, "fallback-altered") == []
    assert f"{publisher.url}/upstream-altered/kubectl" in run.failure("fallback-altered")


def test_good_file_survives_a_bad_download(run, base):
    """A download that fails takes nothing away: the former program still runs."""
    assert (base / "replacing-altered" / "kubectl").read_bytes() == FORMER
    assert contents(base, "replacing-altered") == ["kubectl"]
    assert "kubectl is the file that was there before" in run.failure("replacing-altered")


def test_file_in_place_needs_no_network(run, publisher):
    """Nothing is asked and nothing changed where the file is right."""
    assert run.of("current")
    assert not run.of("current", "failed")
    assert publisher.requests["current"] == 0
    assert run.changed("current") == []


def test_mode_is_repaired_without_a_download(run, base, publisher):
    """A right file of a wrong mode is repaired in place."""
    assert run.changed("mode")
    assert (base / "mode" / "kubectl").stat().st_mode & 0o7777 == 0o755
    assert publisher.requests["mode"] == 0


@pytest.mark.parametrize(
    ("case", "words"), [("directory", "is a directory"), ("link", "is a symbolic link to /bin/true")]
)
def test_path_taken_by_something_else(run, base, publisher, case, words):
    """What is no file of ours is left as it is."""
    message = run.failure(case)
    assert words in message
    assert "kubectl_path" in message
    assert publisher.requests[case] == 0
    assert contents(base, case) == ["kubectl"]


def test_folder_that_is_not_there(run, publisher):
    """A path into nowhere is refused before the download."""
    assert "not-there, the folder of kubectl_path, is not a directory" in run.failure("folder")
    assert publisher.requests["folder"] == 0


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("version", "kubectl_version is v1.99.0, for which the toolkit pins no checksum; set kubectl_checksum"),
        ("empty", "the sha256 of an empty file"),
        ("unpinned", "pins no checksum of minikube v1.5.2 for linux-arm64"),
        ("processor", "supported are riscv64"),
    ],
)
def test_no_checksum_no_download(run, publisher, case, words):
    """Without a checksum for the file nothing is asked of anybody."""
    assert words in run.failure(case)
    assert publisher.requests[case] == 0


def test_absent_removes_the_file(run, base):
    """The undo."""
    assert not run.of("removed", "failed")
    assert contents(base, "removed") == []


def test_check_mode_announces_and_leaves(base, publisher):
    """--check on a bare machine announces the download, does none, and notices a file that is not published."""
    checked = run_cases(base, {"check": {}, "check-missing": {}}, publisher, "--check")
    assert not checked.of("check", "failed"), checked.output[-4000:]
    assert checked.changed("check")
    assert contents(base, "check") == []
    assert "HTTP status 404" in checked.failure("check-missing")
    assert contents(base, "check-missing") == []
