"""A check: one observed fact about a seat, in the form that every module, report and test of this toolkit uses."""




def check(id, title, ok, expected="", actual="", figure="", hint="", seconds=0.0):  # pylint: disable=redefined-builtin
    """Return a check.

    ``ok`` is True, False or None (it could not be observed; ``hint`` then says why). ``figure`` is the figure of the workshop's chapter that shows
    the fact ("2.38"), ``seconds`` how long looking took (float).
    """
    if ok not in (True, False, None):
        raise ValueError("ok of check %s is %r, not true, false or null" % (id, ok))
    return {"id": str(id), "title": str(title), "ok": ok, "expected": str(expected), "actual": str(actual), "figure": str(figure),
            "hint": str(hint), "seconds": round(float(seconds), 3)}


def failed(checks):
    """Return the checks that are not true: false ones and those that could not be observed."""
    return [one for one in checks if one["ok"] is not True]
