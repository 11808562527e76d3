"""What the mirror has given, from lines of real logs (nginx 1.22 with our format, apt-cacher-ng 3.7.4)."""

import gzip

from ansible_collections.workshop.lab.plugins.module_utils import mirror_logs as logs

WEB = """2026-11-23T10:47:00+00:00 file 200 46637056 GET 10.89.0.7 "/dl.k8s.io/release/v1.20.2/bin/linux/amd64/kubectl"
2026-11-23T10:46:00+00:00 file 206 100 GET 10.89.0.8 "/dl.k8s.io/release/v1.20.2/bin/linux/amd64/kubectl"
2026-11-23T10:47:00+00:00 file 404 153 GET 10.89.0.8 "/nothing"
2026-11-23T10:47:01+00:00 store 200 38 GET 10.89.0.8 "/v2/library/redis/tags/list"
2026-11-23T10:47:02+00:00 passed 200 1000 GET 10.89.0.8 "/v2/library/redis/manifests/9"
2026-11-23T10:40:02+00:00 store 200 9999999 GET 127.0.0.1 "/v2/"
nonsense
""".splitlines()
PACKAGES = """1795430821|I|132292|127.0.0.1|debrep/pool/main/l/less/less_590-2.1~deb12u2_amd64.deb
1795430821|O|132285|127.0.0.1|debrep/pool/main/l/less/less_590-2.1~deb12u2_amd64.deb
1795430822|O|132285|10.89.0.7|debrep/pool/main/l/less/less_590-2.1~deb12u2_amd64.deb
1795430822|E|12|10.89.0.7|x
""".splitlines()


def test_web():
    """Answers with a body count, refusals and the mirror's own questions do not; parts of files do."""
    assert logs.web(WEB) == {"files": 46637156, "images": 1038, "passed": 1000, "requests": 5, "seats": 2, "since": "2026-11-23T10:46:00+00:00",
                             "first": "2026-11-23T10:40:02+00:00"}
    assert logs.web([]) == {"files": 0, "images": 0, "passed": 0, "requests": 0, "seats": 0, "since": "", "first": ""}


def test_packages():
    """In is from outside, out is to seats."""
    assert logs.packages(PACKAGES) == {"served": 132285, "fetched": 132292}


def test_savings():
    """What was given less what came; never less than nothing."""
    web, packages = logs.web(WEB), logs.packages(PACKAGES)
    assert logs.savings(web, packages, 1000, 500) == {"served": 46770479, "fetched": 133792, "saved": 46770479 - 133792}
    assert logs.savings(web, packages, 10 ** 9, 0)["saved"] == 0


def test_rotated_logs(tmp_path):
    """The compressed ones too; one that is not there is no error."""
    (tmp_path / "a.log").write_text("1\n")
    (tmp_path / "a.log.1").write_text("2\n")
    with gzip.open(str(tmp_path / "a.log.2.gz"), "wt") as stream:
        stream.write("3\n")
    assert sorted(logs.read_lines(str(tmp_path / "a.log*"))) == ["1\n", "2\n", "3\n"] and list(logs.read_lines(str(tmp_path / "b*"))) == []


def test_human():
    """Units of a thousand."""
    assert [logs.human(count) for count in (0, 999, 1500, 2 * 10 ** 6, 3456 * 10 ** 6)] == ["0 B", "999 B", "1.5 kB", "2.0 MB", "3.5 GB"]
