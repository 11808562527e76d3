"""Options of workshop.lab.report: each bad value is refused in one sentence that names it and what is accepted."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.report_options import look

GOOD = {"dir": "/tmp/report", "seats": ["s1"], "sources": [{"title": "Health", "variable": "verify_checks"}]}


def test_good_values_and_defaults():
    """What is left out has its default."""
    assert look(GOOD) == dict(GOOD, title="Kubernetes workshop", keep_earlier=True)
    assert look(dict(GOOD, dir="/tmp/a/../b/", keep_earlier="no"))["dir"] == "/tmp/b"
    assert look(dict(GOOD, keep_earlier="no"))["keep_earlier"] is False


@pytest.mark.parametrize("bad, words", [
    ({"dir": "report"}, "dir is 'report'; accepted is the absolute path of a folder other than /."),
    ({"dir": "/"}, "dir is '/'; accepted is the absolute path"),
    ({"dir": "/../"}, "dir is '/../'; accepted is the absolute path"),
    ({"dir": 7}, "dir is 7; accepted is the absolute path"),
    ({"dir": None}, "dir is missing; workshop.lab.report needs dir, seats and sources."),
    ({"seats": "seat1"}, "seats is 'seat1'; accepted is a list of the seats' names"),
    ({"seats": [1]}, "seats is [1]; accepted is a list"),
    ({"title": " "}, "title is ' '; accepted is one line of text."),
    ({"title": "a\nb"}, "accepted is one line of text."),
    ({"keep_earlier": "perhaps"}, "keep_earlier is 'perhaps'; accepted are true and false."),
    ({"sources": []}, "sources is []; accepted is a list of at least one {title, variable}."),
    ({"sources": ["verify_checks"]}, "sources holds 'verify_checks'; accepted are entries with a title and a variable"),
    ({"sources": [{"title": "a"}]}, "accepted are entries with a title and a variable, both text, and nothing else."),
    ({"sources": [{"title": "a", "variable": "x y"}]}, "variable is 'x y' in sources; accepted is the name of a variable"),
    ({"folder": "/tmp"}, "folder is no option of workshop.lab.report; accepted are dir, seats, title, sources, keep_earlier."),
])
def test_bad_values(bad, words):
    """One sentence each."""
    with pytest.raises(LabError) as error:
        look(dict(GOOD, **bad))
    assert words in str(error.value)
    assert str(error.value).endswith(".")
