"""A class that nobody provisions: what the seats take from the repository, and what they do not. In this order: each test begins where the one before ended."""

import json

import pytest
from pull_class import FOLDER, ORIGIN, SEATS, STATE, everywhere, looks, pull, shell

testinfra_hosts = [f"ansible://{ORIGIN}"]
GOOD = {}


def test_an_empty_repository(host):
    """Nothing has been pushed: said so, and nothing is there yet."""
    found = pull(SEATS[0])
    assert found["outcome"] == "unreachable" and "has no branch, tag or commit main" in found["reason"], found
    assert found["running"] == "" and shell(SEATS[0], "id k8suser", rc=1)


def test_four_seats_converge(host, teacher):
    """Each by its own unit; each tells of it where the teacher looks."""
    GOOD["first"] = teacher.commit("The first class")
    teacher.push()
    found = everywhere(pull)
    assert [one["outcome"] for one in found] == ["converged"] * 4, found
    assert all(one["running"] == GOOD["first"] and one["changed"] > 0 for one in found), found
    for name in SEATS:
        shell(name, "kubectl version --client && runuser -l k8suser -c 'minikube version'")
    assert shell(ORIGIN, "ls /srv/workshop-origin/results").split() == [f"{name}.json" for name in SEATS]


def test_one_page(host, page):
    """Of what they have told; no seat is asked for it."""
    seats, text = page()
    assert sorted(seats) == SEATS and {seat["state"] for seat in seats.values()} == {"ready"}, seats
    checks = {check["id"]: check for group in seats[SEATS[0]]["groups"] for check in group["checks"]}
    assert set(checks) == {"pull.heard", "pull.commit", "pull.run"} and "The first class" in checks["pull.commit"]["actual"]
    assert all(name in text for name in SEATS)


def test_a_second_pull_changes_nothing(host):
    """Neither by its own count nor by what one sees."""
    before = looks()
    found = everywhere(pull)
    assert [(one["outcome"], one["changed"]) for one in found] == [("converged", 0)] * 4, found
    assert looks() == before


@pytest.mark.parametrize("what, key, broken, reason", [
    ("unsigned", None, False, "it is not signed"),
    ("foreign", "stranger", False, "it is not signed by a key of pull_signing_keys"),
    ("syntax", "teacher", True, "its playbook site.yml cannot be run"),
])
def test_a_bad_commit_changes_nothing(host, teacher, page, what, key, broken, reason):
    """On any seat; the result names the commit and why, and so does the page."""
    before = looks()
    teacher.mark(what, broken)
    bad = teacher.commit(f"Bad: {what}", key)
    teacher.push()
    found = everywhere(pull)
    assert looks() == before
    for one in found:
        assert (one["outcome"], one["wanted"], one["running"]) == ("refused", bad, GOOD["first"]), one
        assert reason in one["reason"], one
    told = json.loads(shell(ORIGIN, f"cat /srv/workshop-origin/results/{SEATS[3]}.json"))
    assert told == found[3]
    if what == "foreign":
        seats, text = page()
        assert {seat["state"] for seat in seats.values()} == {"not_ready"} and f"refused {bad[:12]}: {reason}" in text
    teacher.git("reset", "--quiet", "--hard", GOOD["first"])


def test_a_good_commit_is_taken(host, teacher, page):
    """After the bad ones, with nothing to mend by hand; the old checkout goes. What its own checks have found is on the page."""
    teacher.mark("second")
    GOOD["second"] = teacher.commit("The second class")
    teacher.push()
    found = everywhere(pull)
    assert [(one["outcome"], one["running"], one["changed"]) for one in found] == [("converged", GOOD["second"], 1)] * 4, found
    for name in SEATS:
        assert shell(name, f"ls /var/tmp/pulled-*; ls {STATE}/releases").split() == ["/var/tmp/pulled-second", GOOD["second"]]
    seats, _text = page()
    groups = {group["title"]: [check["id"] for check in group["checks"]] for group in seats[SEATS[3]]["groups"]}
    assert groups == {"Looking after itself": ["pull.heard", "pull.commit", "pull.run"], "Health as the seat has told it": ["our.second"]}


def test_an_old_commit_is_not_taken_again(host, teacher):
    """It is signed too; whoever answers for the repository could bring its mistakes back."""
    teacher.git("push", "--quiet", "--force", teacher.remote, f"{GOOD['first']}:refs/heads/main")
    found = pull(SEATS[0])
    assert found["outcome"] == "refused" and "does not follow" in found["reason"] and found["running"] == GOOD["second"], found
    teacher.push()


def test_a_playbook_that_fails(host, teacher, page):
    """Its own words are in the result; the seat is not ready, and the next run tries again."""
    shell(SEATS[1], "mv /usr/local/bin/kubectl /var/tmp/kept && mkdir /usr/local/bin/kubectl")
    found = pull(SEATS[1])
    assert found["outcome"] == "failed" and "/usr/local/bin/kubectl on lab-pull-2 is a directory" in found["reason"], found
    seats, _text = page()
    assert seats[SEATS[1]]["state"] == "not_ready" and "is a directory" in json.dumps(seats[SEATS[1]])
    shell(SEATS[1], "rmdir /usr/local/bin/kubectl && mv /var/tmp/kept /usr/local/bin/kubectl")
    assert pull(SEATS[1])["outcome"] == "converged"


def test_a_repository_that_is_away(host):
    """Said so, the seats are as they were, and the next run is fine."""
    before = looks()
    shell(ORIGIN, "systemctl stop nginx")
    found = everywhere(pull)
    assert looks() == before
    assert all(one["outcome"] == "unreachable" and one["running"] == GOOD["second"] and "cannot be fetched" in one["reason"] for one in found), found
    assert "The result could not be put at" in shell(SEATS[0], "journalctl -u workshop-pull --no-pager -n 5")
    shell(ORIGIN, "systemctl start nginx")
    assert pull(SEATS[0])["outcome"] == "converged"


def test_the_timer_fires(host):
    """By itself, each few seconds for once; the role's own times are spread, and what was due while the machine was off is made up for."""
    conf = "/run/systemd/system/workshop-pull.timer.d"
    shell(SEATS[2], f"rm {STATE}/result.json; mkdir -p {conf}; printf '[Timer]\\nOnCalendar=\\nOnCalendar=*:*:0/3\\nRandomizedDelaySec=1\\n' > {conf}/t.conf; "
          "systemctl daemon-reload; systemctl restart workshop-pull.timer")
    try:
        shell(SEATS[2], f"timeout 120 sh -c 'until [ -e {STATE}/result.json ]; do sleep 0.2; done'")
    finally:
        shell(SEATS[2], f"rm -r {conf}; systemctl daemon-reload; systemctl restart workshop-pull.timer")
    shell(SEATS[2], "timeout 120 sh -c 'while systemctl is-active workshop-pull.service | grep -q ing; do sleep 0.2; done'")
    found = json.loads(shell(SEATS[2], f"cat {STATE}/result.json"))
    assert (found["outcome"], found["changed"]) == ("converged", 0), found
    timer = shell(SEATS[2], "systemctl show workshop-pull.timer -p Persistent -p RandomizedDelayUSec -p UnitFileState").split()
    assert sorted(timer) == ["Persistent=yes", "RandomizedDelayUSec=15min", "UnitFileState=enabled"]


def test_what_is_served_and_taken(host):
    """A seat reads the repository and writes its own result; nothing else, and nobody reads results."""
    ask = "curl -s -o /dev/null -w '%{http_code}' "
    address = f"http://{ORIGIN}:8080"
    for path in ("/workshop.git/config", "/workshop.git/hooks/post-update", "/results/", "/results/../../../etc/passwd"):
        assert shell(SEATS[0], f"{ask} --path-as-is {address}{path}") in ("404", "400"), path
    assert shell(SEATS[0], f"{ask} {address}/results/{SEATS[0]}.json") == "403"
    assert shell(SEATS[0], f"echo x | {ask} -T - {address}/results/another.json") in ("404", "405")
    assert shell(SEATS[0], f"echo x | {ask} -T - {address}/workshop.git/HEAD") == "403"
    assert shell(SEATS[0], f"head -c 2000000 /dev/zero > /tmp/large; {ask} -T /tmp/large {address}/results/{SEATS[0]}.json; rm /tmp/large") == "413"


def test_secrets_stay_on_the_seat(host):
    """Readable for root alone, and in no result, log or list of processes."""
    modes = shell(SEATS[0], f"stat -c %a /etc/workshop-lab/pull.json /etc/workshop-lab/pull-variables.json {STATE}")
    assert modes.split() == ["600", "600", "700"]
    assert "$6$workshop$" in shell(SEATS[0], "cat /etc/workshop-lab/pull-variables.json")
    assert "$6$workshop$" not in shell(SEATS[0], f"cat {STATE}/result.json; journalctl --no-pager") + shell(ORIGIN, "cat /srv/workshop-origin/results/*")


def test_hostile_results_are_text(host, page):
    """A student tells of the seat what a page, a template or a parser could take for its own."""
    evil = {"schema": "workshop.lab/pull", "version": 1, "seat": SEATS[0], "outcome": "refused", "when": "now", "wanted": "<script>alert(1)</script>",
            "running": "{{ lookup('pipe', 'touch /tmp/owned') }}", "reason": "<img src=x onerror=alert(2)> {{ 7 * 191 }}", "next_step": "\x1b[31m\u202e",
            "subject": {"a": []}, "changed": "<b>",
            "report": {"groups": [{"variable": "verify_checks", "checks": [{"id": "</script>{{ 7 * 191 }}", "ok": 1}]}]}}
    place = FOLDER / "evil.json"
    place.write_text(json.dumps(evil))
    shell(ORIGIN, f"cat > /srv/workshop-origin/results/{SEATS[0]}.json <<'END'\n{place.read_text()}\nEND")
    shell(ORIGIN, f"cd /srv/workshop-origin/results && rm {SEATS[1]}.json {SEATS[3]}.json && echo '[' > {SEATS[2]}.json")
    seats, text = page()
    assert "<script>alert" not in text and "<img" not in text and "1337" not in text and "\u202e" not in text
    assert "&lt;img src=x onerror=alert(2)&gt; {{ 7 * 191 }}" in text
    actual = {name: seats[name]["groups"][0]["checks"][0]["actual"] for name in SEATS[1:]}
    assert actual == {SEATS[1]: "never", SEATS[2]: "something else", SEATS[3]: "never"}
