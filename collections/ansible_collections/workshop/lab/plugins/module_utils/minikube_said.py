"""The end of a call in words, for messages."""


def end(done):
    """How a call (a Done) ended."""
    return "ended at its limit after %.0f seconds" % done.seconds if done.rc is None else "exit code %s" % done.rc


def said(done):
    """What a call (a Done) last said."""
    return (done.out.strip() + " " + done.err.strip()).strip()[-800:]
