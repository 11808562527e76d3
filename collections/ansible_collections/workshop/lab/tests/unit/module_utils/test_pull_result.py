"""What a seat tells of its run, and how it is sent."""

import http.server
import json
import threading

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import pull_result


@pytest.fixture
def place(no_proxy):
    """A server that takes what is put; ``answers`` are its codes in turn, ``got`` what came."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_PUT(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, json.loads(body.decode("utf-8"))))
            self.send_response(answers.pop(0) if answers else 201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words):
            """Nothing."""

    got, answers = [], []
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.got, server.answers, server.address = got, answers, "http://127.0.0.1:%d/results/seat07.json" % server.server_port
    yield server
    server.shutdown()
    server.server_close()


FOUND = pull_result.result("seat07", "refused", "2026-11-24T06:00:00+01:00", wanted="b" * 40, running="a" * 40, reason="it is not signed", next_step="sign it")


def test_it_is_put(place):
    """As it is."""
    assert pull_result.send(FOUND, place.address) == "" and place.got == [("/results/seat07.json", FOUND)]


def test_a_server_in_trouble_is_asked_again(place):
    """Three times at most."""
    pauses = []
    place.answers[:] = [503, 502, 201]
    assert pull_result.send(FOUND, place.address, pauses.append) == "" and pauses == [5, 5]
    place.answers[:] = [503] * 3
    assert pull_result.send(FOUND, place.address, pauses.append).startswith("503 ") and len(place.got) == 6


def test_a_refusal_is_final(place):
    """Asking again changes nothing."""
    place.answers[:] = [403]
    assert pull_result.send(FOUND, place.address, None).startswith("403 ") and len(place.got) == 1


def test_nobody_there(place):
    """The reason is given back, nothing is raised."""
    assert "refused" in pull_result.send(FOUND, "http://127.0.0.1:1/x.json", lambda pause: None)


@pytest.mark.parametrize("outcome, known, words", [
    ("converged", {"running": "a" * 40, "changed": 3}, "aaaaaaaaaaaa runs; 3 changed."),
    ("failed", {"running": "a" * 40, "reason": "Install kubectl: no disk"}, "aaaaaaaaaaaa did not go through: Install kubectl: no disk"),
    ("refused", {"wanted": "b" * 40, "running": "a" * 40, "reason": "it is not signed"},
     "The commit bbbbbbbbbbbb was refused: it is not signed. Nothing was changed; this seat stays at aaaaaaaaaaaa."),
    ("unreachable", {"reason": "The repository x cannot be fetched: no route"},
     "The repository x cannot be fetched: no route. Nothing was changed; this seat stays at what it was before its first run."),
])
def test_in_words(outcome, known, words):
    """For the journal."""
    assert pull_result.text(pull_result.result("seat07", outcome, "now", **known)) == [words]


def test_the_next_step_is_a_line():
    """Where there is one."""
    assert pull_result.text(FOUND)[1] == "Next step: sign it"
