"""What a person sees of a long run: each new line once, the host named, nothing of a short run, and a sign of life when all is silent."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.progress import Progress
from ansible_collections.workshop.lab.plugins.module_utils.progress_lines import Lines


@pytest.fixture
def lines():
    """Lines of one host."""
    return Lines("lab-seat-1", "minikube start")


def test_file_and_lines_fit_together(tmp_path, lines):
    """What the module writes is what the terminal shows."""
    path, moments = tmp_path / "progress", iter([100.0, 100.0, 135.2, 140.0, 150.0, 151.0])
    progress = Progress(str(path), clock=lambda: next(moments))
    progress.begin("minikube start")
    progress.tell("* Preparing Kubernetes v1.16.2 on Docker '18.09.9' ...")
    progress.tell("* Launching Kubernetes ... ")
    progress.begin("waiting for the node")
    progress.tell("! a\twarning")
    assert lines.take(path.read_text(), 52.0) == [
        "lab-seat-1: minikube start, 0:35: Preparing Kubernetes v1.16.2 on Docker '18.09.9' ...",
        "lab-seat-1: minikube start, 0:40: Launching Kubernetes ...",
        "lab-seat-1: waiting for the node, 0:50: begun",
        "lab-seat-1: waiting for the node, 0:51: a warning"]


def test_no_file_and_a_lost_file_do_no_harm(tmp_path):
    """A start must not end because nobody can be told of it."""
    Progress().tell("* line")
    lost = Progress(str(tmp_path / "no-such-directory" / "progress"))
    lost.begin("minikube start")
    assert lost.path is None


def test_short_run_shows_nothing_and_its_lines_come_later_when_it_becomes_long(lines):
    """The first five seconds are silent."""
    text = "0.1\tminikube start\t* minikube v1.5.2 on Ubuntu 18.04\n"
    assert lines.take(text, 0.5) == [] and lines.take(text, 4.9) == []
    assert lines.take(text, 5.0) == ["lab-seat-1: minikube start, 0:00: minikube v1.5.2 on Ubuntu 18.04"]
    assert lines.take(text, 7.0) == []


def test_same_words_are_shown_once(lines):
    """The four attempts of a start say the same again and again."""
    text = "6\tminikube start\t* Creating virtualbox VM ...\n" * 3 + "9\tminikube start\t* Deleting\n"
    assert [line.split(": ")[-1] for line in lines.take(text, 10.0)] == ["Creating virtualbox VM ...", "Deleting"]


def test_empty_lines_and_the_echoed_environment_are_left_out(lines):
    """They say nothing new."""
    text = ("6\tminikube start\t* \n6\tminikube start\t- KUBECONFIG=/home/k8suser/.kube/config\n6\tminikube start\t*\nno tabs\n"
            "7\tminikube start\t  - MINIKUBE_HOME=x\n")
    assert lines.take(text, 10.0) == []


def test_line_that_is_still_being_written_waits(lines):
    """Half a line would be shown twice."""
    assert lines.take("6\tminikube start\t* Prepar", 10.0) == []
    assert lines.take("6\tminikube start\t* Preparing\n", 11.0) == ["lab-seat-1: minikube start, 0:06: Preparing"]


def test_sign_of_life_every_half_minute(lines):
    """It names what is still going on."""
    text = "6\tminikube start\t* Pulling images ...\n"
    assert len(lines.take(text, 10.0)) == 1
    assert lines.take(text, 39.0) == []
    assert lines.take(text, 41.0) == ['lab-seat-1: minikube start, 0:41: still at "Pulling images ..."']
    assert lines.take(text, 60.0) == [] and len(lines.take(text, 71.5)) == 1
    assert lines.take(text + "72\tminikube start\t* Launching Kubernetes ...\n", 75.0) == ["lab-seat-1: minikube start, 1:12: Launching Kubernetes ..."]
    assert lines.take(text, 80.0) == [], "the line counts as a sign of life"


def test_sign_of_life_before_the_first_word(lines):
    """A stop says nothing for long."""
    assert lines.take("", 31.0) == ["lab-seat-1: minikube start, 0:31: still waiting for a first word"]


def test_broken_time_is_replaced_by_ours(lines):
    """The file is another program's."""
    assert lines.take("x\tminikube start\t* Pulling\n", 65.0) == ["lab-seat-1: minikube start, 1:05: Pulling"]
