"""Waiting for a condition, with a limit, remembering what was last seen."""

import time


class Waited:
    """The end of a wait: ``done`` (bool), ``seen`` (what the question last answered), ``seconds`` (float), ``tries`` (int)."""

    def __init__(self, done, seen, seconds, tries):
        self.done, self.seen, self.seconds, self.tries = done, seen, seconds, tries


def wait_until(question, limit, interval=1.0, clock=time.monotonic, sleep=time.sleep):
    """Ask ``question() -> (done, seen)`` at once and then every ``interval`` seconds until it is done or ``limit`` seconds have passed.

    A limit of 0 asks once. The last pause is shortened, so that the wait never ends later than the limit plus one question.
    """
    start, tries = clock(), 0
    while True:
        done, seen = question()
        tries += 1
        left = limit - (clock() - start)
        if done or left <= 0:
            return Waited(bool(done), seen, clock() - start, tries)
        sleep(min(interval, left))
