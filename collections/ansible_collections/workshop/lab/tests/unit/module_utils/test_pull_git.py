"""The repository of a seat in pull mode, with real git and real keys: what is found, what counts as signed."""

import os
import shutil
import subprocess

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.pull_git import Damaged, Repository
from ansible_collections.workshop.lab.plugins.module_utils.runner import Runner, find_account
from ansible_collections.workshop.lab.tests.unit.pull_parts import Class

pytestmark = pytest.mark.skipif(not (shutil.which("git") and shutil.which("ssh-keygen")), reason="needs git and ssh-keygen")


@pytest.fixture
def lesson(tmp_path):
    """The teacher's side."""
    return Class(tmp_path)


@pytest.fixture
def repository(tmp_path):
    """The seat's side."""
    return Repository(str(tmp_path / "seat" / "repository.git"), Runner(find_account()))


def test_branches_tags_and_commits_are_found(lesson, repository):
    """A branch before a tag of the same name; what is not there is nothing."""
    first = lesson.commit()
    lesson.git("tag", "--annotate", "--message", "v1", "v1")
    second = lesson.commit("- hosts: all\n")
    repository.fetch(str(lesson.work))
    assert [repository.resolve(version) for version in ("main", "v1", first, "other", "0" * 40)] == [second, first, first, "", ""]
    assert repository.subject(second) == "Of teacher"
    assert repository.follows(first, second) and repository.follows(first, first) and not repository.follows(second, first)


def test_who_has_signed(lesson, repository):
    """The teacher alone counts."""
    good, plain, foreign = lesson.commit(), lesson.commit(key=None), lesson.commit(key="stranger")
    repository.fetch(str(lesson.work))
    found = [repository.unsigned(commit, str(lesson.signers)) for commit in (good, plain, foreign)]
    assert found[:2] == ["", "it is not signed"] and found[2].startswith("it is not signed by a key of pull_signing_keys (")


def test_a_signature_of_something_else_is_none(lesson, repository):
    """The same key, for another purpose: what it signed as a file is no commit's."""
    plain = lesson.commit(key=None)
    body = lesson.git("cat-file", "commit", plain)
    (lesson.folder / "body").write_text(body + "\n")
    lesson.call("ssh-keygen", "-q", "-Y", "sign", "-n", "file", "-f", str(lesson.folder / "teacher"), str(lesson.folder / "body"))
    head, _gap, message = body.partition("\n\n")
    signature = (lesson.folder / "body.sig").read_text().strip().replace("\n", "\n ")
    (lesson.folder / "forged").write_text("%s\ngpgsig %s\n\n%s\n" % (head, signature, message))
    forged = lesson.git("hash-object", "-t", "commit", "-w", str(lesson.folder / "forged"))
    lesson.git("branch", "--force", "forged", forged)
    repository.fetch(str(lesson.work))
    assert repository.unsigned(forged, str(lesson.signers)).startswith("it is not signed by a key")


def test_signatures_of_gpg_do_not_count(lesson, repository, tmp_path):
    """Whatever a gpg on the seat would say of them."""
    liar = tmp_path / "bin" / "gpg"
    liar.parent.mkdir()
    # It reads what git writes to it: a gpg that ends before that is one that failed, one run in ten.
    liar.write_text("#!/bin/sh\ncat > /dev/null; echo '[GNUPG:] NEWSIG'; echo '[GNUPG:] GOODSIG 0123 teacher'; echo '[GNUPG:] TRUST_ULTIMATE'; exit 0\n")
    liar.chmod(0o755)
    plain = lesson.commit(key=None)
    head, _gap, message = lesson.git("cat-file", "commit", plain).partition("\n\n")
    (lesson.folder / "forged").write_text("%s\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n abcd\n -----END PGP SIGNATURE-----\n\n%s\n" % (head, message))
    forged = lesson.git("hash-object", "-t", "commit", "-w", str(lesson.folder / "forged"))
    lesson.git("branch", "--force", "forged", forged)
    repository.runner.environment["PATH"] = "%s:%s" % (liar.parent, repository.runner.environment["PATH"])
    repository.fetch(str(lesson.work))
    trusting = subprocess.run(["git", "-C", repository.folder, "verify-commit", forged], env=dict(os.environ, PATH=repository.runner.environment["PATH"]),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    assert trusting.returncode == 0, "the pretended gpg does not even take in a git without our settings: this test would show nothing"
    assert repository.unsigned(forged, str(lesson.signers)) == "its signature is not one of an SSH key"


def test_the_files_are_those_of_the_commit(lesson, repository, tmp_path):
    """And nothing of git's own."""
    (lesson.work / "roles").mkdir()
    script = lesson.work / "roles" / "run.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    commit = lesson.commit()
    repository.fetch(str(lesson.work))
    (tmp_path / "out").mkdir()
    repository.lay_out(commit, str(tmp_path / "out"))
    assert sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*")) == ["roles", "roles/run.sh", "site.yml"]
    assert os.access(str(tmp_path / "out" / "roles" / "run.sh"), os.X_OK) and not (tmp_path / "out.index").exists()


def test_a_repository_that_is_away(repository, tmp_path):
    """Named, with git's own words."""
    (tmp_path / "seat").mkdir()
    with pytest.raises(LabError) as error:
        repository.fetch(str(tmp_path / "nowhere"))
    assert not isinstance(error.value, Damaged)
    assert "The repository %s cannot be fetched: " % (tmp_path / "nowhere") in str(error.value) and "does not" in str(error.value)


@pytest.mark.parametrize("how", ["lock", "half made"])
def test_a_damaged_copy(lesson, repository, how):
    """Told from a repository that is away; made anew it is whole. What has lost its objects git itself fetches again."""
    lesson.commit()
    repository.fetch(str(lesson.work))
    commit = lesson.commit("- hosts: all\n")
    lesson.damage(how)
    with pytest.raises(LabError) as error:
        repository.fetch(str(lesson.folder / "away"))
    assert not isinstance(error.value, Damaged)
    with pytest.raises(Damaged):
        repository.fetch(str(lesson.work))
    repository.forget()
    repository.fetch(str(lesson.work))
    assert repository.resolve("main") == commit


def test_an_object_that_cannot_be_read(lesson, repository):
    """No "there is no such branch"."""
    lesson.commit()
    repository.fetch(str(lesson.work))
    lesson.damage("empty objects")
    with pytest.raises(Damaged, match="cannot be read"):
        repository.resolve("main")


def test_what_is_laid_out(lesson, repository, tmp_path):
    """Every file, with its content and whether it can be run; not what came there besides."""
    script = lesson.work / "run.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    commit = lesson.commit()
    repository.fetch(str(lesson.work))
    out = tmp_path / "out"

    def found():
        return repository.is_laid_out(commit, str(out))

    assert not found()
    out.mkdir()
    repository.lay_out(commit, str(out))
    (out / "__pycache__").mkdir()
    (out / "__pycache__" / "x.pyc").write_text("x")
    assert found() and found()
    for spoil in (lambda: (out / "site.yml").write_text(""), lambda: (out / "site.yml").unlink(), lambda: (out / "run.sh").chmod(0o644)):
        spoil()
        assert not found()
        repository.lay_out(commit, str(out))
        assert found()
    assert not list(tmp_path.glob("out.index*"))
