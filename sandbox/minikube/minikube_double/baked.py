"""What the real program has compiled in and build.sh writes here: where downloads come from, how long to back off."""

MIRROR = "http://lab-mirror"
BACKOFF_SECONDS = 5.0
