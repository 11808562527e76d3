"""Calls of VBoxManage that outlast the slow start of its server."""

# VBoxManage waits half a minute for its server and then gives up (VirtualBox's module.cpp, VBoxSVC_Timeout). A machine under load may need longer, and the
# server comes up all the same: so many times such a call is made.
TRIES = 3
LIMIT = 60  # seconds for one try: longer than VBoxManage waits for its server, whose words tell more than ours. It takes 2 s under emulation
NO_SERVER = "Failed to create the VirtualBox object"


def ask_virtualbox(runner, argv, limit=LIMIT):
    """Run ``argv`` by a Runner, each try for at most ``limit`` seconds; return the Done of the last one."""
    for _number in range(TRIES):
        done = runner.run(argv, limit=limit)
        if done.rc in (None, 0) or NO_SERVER not in done.err:
            break
    return done
