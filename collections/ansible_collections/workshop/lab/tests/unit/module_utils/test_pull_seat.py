"""A seat that looks after itself: what a run takes, what it refuses, and that nothing is run of what it refuses."""

import json
import os
import shutil

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import pull_seat
from ansible_collections.workshop.lab.plugins.module_utils.seat_lock import Lock
from ansible_collections.workshop.lab.tests.unit.pull_parts import Class

pytestmark = pytest.mark.skipif(not (shutil.which("git") and shutil.which("ssh-keygen")), reason="needs git and ssh-keygen")


@pytest.fixture
def lesson(tmp_path):
    """The teacher's side."""
    return Class(tmp_path)


def pull(lesson, **settings):
    """Make a run; return (exit code, its result)."""
    code = pull_seat.once(dict(lesson.settings, **settings), lambda line: None)
    return code, json.loads((lesson.folder / "seat" / "result.json").read_text())


def test_a_good_commit_runs(lesson):
    """Looked at once, run each time."""
    commit = lesson.commit()
    code, found = pull(lesson)
    assert (code, found["outcome"], found["running"], found["wanted"], found["changed"], found["subject"]) == (0, "converged", commit, commit, 2, "Of teacher")
    assert found["seat"] == "seat07" and found["reason"] == "" and found["report"] is None
    assert pull(lesson)[0] == 0 and lesson.calls() == (1, 2)
    line = (lesson.folder / "calls").read_text().splitlines()[1]
    assert "--connection local" in line and "--limit seat07" in line and "--tags k8suser" in line and line.endswith("releases/%s/site.yml" % commit)
    assert json.loads((lesson.folder / "seat" / "inventory.json").read_text()) == {"seats": {"hosts": {"seat07": {"ansible_connection": "local"}}}}


@pytest.mark.parametrize("text, key, reason, looks", [
    ("- hosts: seats\n", None, "it is not signed", 1),
    ("- hosts: seats\n", "stranger", "it is not signed by a key of pull_signing_keys", 1),
    ("BROKEN\n", "teacher", "its playbook site.yml cannot be run: [ERROR]: no YAML", 2),
])
def test_a_bad_commit_is_refused(lesson, text, key, reason, looks):
    """With its name; the good one stays, and nothing was run. The one after it is taken."""
    good = lesson.commit()
    pull(lesson)
    bad = lesson.commit(text, key)
    code, found = pull(lesson)
    assert (code, found["outcome"], found["wanted"], found["running"]) == (1, "refused", bad, good)
    assert found["reason"].startswith(reason) and "syntax-check" in found["next_step"]
    assert lesson.calls() == (looks, 1) and os.listdir(str(lesson.folder / "seat" / "releases")) == [good]
    mended = lesson.commit("- hosts: seats\n\n")
    code, found = pull(lesson)
    assert (code, found["running"]) == (0, mended) and os.listdir(str(lesson.folder / "seat" / "releases")) == [mended]


def test_the_first_commit_may_be_bad(lesson):
    """Then there is nothing that runs."""
    lesson.commit(key=None)
    code, found = pull(lesson)
    assert (code, found["outcome"], found["running"]) == (1, "refused", "") and lesson.calls() == (0, 0)


def test_no_step_back(lesson):
    """An older commit and a rewritten history are refused where signatures count, unless the settings were changed, which is a person's word."""
    old, new = lesson.commit(), lesson.commit("- hosts: all\n")
    pull(lesson)
    lesson.git("reset", "--quiet", "--hard", old)
    code, found = pull(lesson)
    assert (code, found["running"], found["wanted"]) == (1, new, old) and "does not follow %s" % new[:12] in found["reason"]
    other = lesson.commit("- hosts: [seats]\n")
    assert pull(lesson)[1]["outcome"] == "refused"
    assert pull(lesson, verify=False)[1]["running"] == other
    assert pull(lesson, version=old)[1]["running"] == old


def test_nobody_to_ask(lesson):
    """Before the first run, and after one: the seat stays, and the next run is fine."""
    assert pull(lesson)[1]["reason"].endswith("has no branch, tag or commit main")
    good = lesson.commit()
    pull(lesson)
    code, found = pull(lesson, url=str(lesson.folder / "away"))
    assert (code, found["outcome"], found["running"], found["wanted"]) == (1, "unreachable", good, "") and "cannot be fetched" in found["reason"]
    assert pull(lesson)[0] == 0


def test_a_playbook_that_fails(lesson):
    """The commit is taken, its failure told; the next run tries again."""
    commit = lesson.commit("FAILS\n")
    code, found = pull(lesson)
    assert (code, found["outcome"], found["running"], found["changed"]) == (1, "failed", commit, 1) and "no kubectl" in found["reason"]
    pull(lesson)
    assert lesson.calls() == (1, 2)


def test_what_an_interrupted_run_left(lesson):
    """A half-made checkout, and a link that was not renamed."""
    commit = lesson.commit()
    folder = lesson.folder / "seat"
    (folder / "releases" / commit).mkdir(parents=True)
    (folder / "releases" / commit / "half").write_text("")
    (folder / "releases" / (commit + ".index.lock")).write_text("")
    os.symlink("releases/nowhere", str(folder / "current.new"))
    assert pull(lesson)[1]["running"] == commit
    assert sorted(os.listdir(str(folder / "current"))) == ["site.yml"]


@pytest.mark.parametrize("how", ["lock", "half made", "empty objects"])
def test_a_power_cut_in_the_repository(lesson, how):
    """Made anew by the next run, which takes the new commit; the other seats' repository is the same."""
    lesson.commit()
    pull(lesson)
    commit = lesson.commit("- hosts: all\n")
    lesson.damage(how)
    code, found = pull(lesson)
    assert (code, found["outcome"], found["running"]) == (0, "converged", commit), found
    assert pull(lesson)[0] == 0


def test_a_damaged_copy_of_a_repository_that_is_away(lesson):
    """Not deleted for nothing."""
    lesson.commit()
    pull(lesson)
    lesson.damage("half made")
    assert pull(lesson, url=str(lesson.folder / "away"))[1]["outcome"] == "unreachable"
    assert (lesson.folder / "seat" / "repository.git" / "objects").is_dir() and pull(lesson)[0] == 0


@pytest.mark.parametrize("spoil", [
    lambda release: (release / "site.yml").write_text(""), lambda release: (release / "site.yml").unlink(), lambda release: shutil.rmtree(str(release)),
])
def test_a_power_cut_in_the_checkout(lesson, spoil):
    """Of the commit that runs already: it is laid out again, looked at, and run."""
    commit = lesson.commit()
    pull(lesson)
    spoil(lesson.folder / "seat" / "releases" / commit)
    code, found = pull(lesson)
    assert (code, found["running"]) == (0, commit) and lesson.calls() == (2, 2)
    assert (lesson.folder / "seat" / "current" / "site.yml").read_text() == "- hosts: seats\n"


def test_the_files_are_on_the_disk_before_the_link(lesson, monkeypatch):
    """Else a power cut could leave a link to nothing."""
    seen, current = [], str(lesson.folder / "seat" / "current")
    monkeypatch.setattr(os, "sync", lambda: seen.append(os.path.lexists(current)))
    lesson.commit()
    pull(lesson)
    assert seen == [False] and os.path.islink(current)


@pytest.mark.parametrize("path, refused", [
    ("roles/a/tasks/more.yml", True), ("playbooks/tasks/b.yaml", True), ("roles/a/templates/c.yml", False), ("roles/a/files/d.yml", False),
    ("molecule/e.yml", False),
])
def test_a_file_that_is_no_yaml(lesson, path, refused):
    """A syntax check does not come to what is included; the play would, with half of it done."""
    pytest.importorskip("yaml")
    good = lesson.commit()
    pull(lesson)
    bad = lesson.work / path
    bad.parent.mkdir(parents=True)
    bad.write_text("- name: Do it\n  ansible.builtin.command: {argv: [true]\n- name: x\n")
    commit = lesson.commit()
    code, found = pull(lesson)
    if refused:
        assert (code, found["outcome"], found["running"]) == (1, "refused", good) and lesson.calls() == (2, 1)
        assert "its playbook site.yml cannot be run: %s: " % path in found["reason"] and "line 3" in found["reason"], found["reason"]
    else:
        assert (code, found["running"]) == (0, commit)
    bad.write_text("- name: Keep it\n  debug: {msg: !unsafe '{{ x }}'}\n---\n- !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6132\n")
    assert pull(lesson)[0] == (1 if refused else 0)
    lesson.commit("- hosts: seats\n\n")
    assert pull(lesson)[0] == 0


def test_the_report_of_this_run(lesson):
    """The seat's own part goes with the result, and names the task that failed; one of an earlier run does not."""
    report = {"seats": [{"name": "other"}, {"name": "seat07", "failure": {"task": "Install kubectl", "message": "no disk"}, "groups": []}]}
    program = lesson.folder / "ansible-playbook"
    text = program.read_text()
    place = lesson.folder / "seat" / "report"
    program.write_text(text.replace("for word", "mkdir -p %s; cat > %s/report.json <<'END'\n%s\nEND\nfor word" % (place, place, json.dumps(report))))
    lesson.commit("FAILS\n")
    found = pull(lesson)[1]
    assert found["reason"] == "Install kubectl: no disk" and found["report"]["name"] == "seat07"
    program.write_text(text)
    assert pull(lesson)[1]["report"] is None


def test_one_at_a_time(lesson, monkeypatch, capsys):
    """A person's and the timer's: the second one says so, and does nothing."""
    place, settings = str(lesson.folder / "lock"), lesson.folder / "pull.json"
    settings.write_text(json.dumps(lesson.settings))
    monkeypatch.setattr(pull_seat, "lock_path", lambda account, what: place)
    lesson.commit()
    with Lock(place, "pulling", 0, "busy"):
        assert pull_seat.main([str(settings)]) == 1
    assert "Another pull is under way" in capsys.readouterr().out and lesson.calls() == (0, 0)
    assert pull_seat.main([str(settings)]) == 0 and lesson.calls() == (1, 1)


def test_settings_that_cannot_be_read(tmp_path, capsys):
    """Named, with who writes them."""
    assert pull_seat.main([str(tmp_path / "none.json")]) == 1 and pull_seat.main([]) == 2
    assert "none.json cannot be read" in capsys.readouterr().out
