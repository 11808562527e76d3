"""A seat whose only neighbour is the mirror: nobody else answers, and everything runs."""

import ipaddress
import json
import re
import subprocess

import pytest

testinfra_hosts = ["seats"]
MIRROR = "lab-offline-mirror"
CACHE = "/root/.minikube/cache/"


@pytest.fixture(scope="module")
def neighbours(host):
    """The addresses of the network on which something answers, but for the seat's own. All are asked at once: neighbour discovery needs a second."""
    link = json.loads(host.check_output("ip -j -4 address show eth0"))[0]["addr_info"][0]
    own, network = link["local"], ipaddress.ip_interface("%s/%d" % (link["local"], link["prefixlen"])).network
    assert network.prefixlen == 24
    base = str(network.network_address).rpartition(".")[0]
    answer = host.run("for i in $(seq 1 254); do (ping -c 1 -W 2 %s.$i > /dev/null 2>&1 && echo %s.$i) & done; wait" % (base, base))
    return set(answer.stdout.split()) - {own}


def address_of(host, name):
    """Return the address of a name."""
    return host.check_output("getent ahostsv4 %s" % name).split()[0]


def passes_on(host, gateway):
    """Whether a connection to lab-mirror's real address, which is in the network beyond, comes about over a gateway."""
    done = subprocess.run(["podman", "container", "inspect", "lab-mirror"], stdout=subprocess.PIPE, check=True)
    beyond = json.loads(done.stdout)[0]["NetworkSettings"]["Networks"]["lab"]["IPAddress"]
    # The mirror itself, which has a leg there, gets through: it is the way that is missing, and not who would answer.
    assert subprocess.run(["podman", "exec", MIRROR, "timeout", "10", "bash", "-c", "</dev/tcp/%s/80" % beyond], check=False).returncode == 0
    assert host.run("ip route replace %s via %s", beyond, gateway).rc == 0
    try:
        return host.run("timeout 4 bash -c '</dev/tcp/%s/80'", beyond).rc == 0
    finally:
        assert host.run("ip route del %s", beyond).rc == 0


def test_no_other_address_answers(host, neighbours):
    """On the whole network: the mirror, the other seat, and the bridge itself (.1), which is no way out."""
    known = {address_of(host, name) for name in (MIRROR, "lab-offline-1", "lab-offline-2")}
    assert address_of(host, MIRROR) in neighbours
    bridge = {one for one in neighbours if one.endswith(".1")}
    assert neighbours - known - bridge == set()
    # What looks like a gateway leads nowhere: a route over it is no way to another network.
    for one in bridge:
        assert passes_on(host, one) is False


@pytest.mark.parametrize("name", ["deb.debian.org", "storage.googleapis.com", "dl.k8s.io", "k8s.gcr.io", "registry-1.docker.io", "lab-mirror"])
def test_no_name_of_outside(host, name):
    """Nobody tells an address, and nobody takes a connection in their place. The same question to the mirror has an answer."""
    assert host.run("timeout 8 bash -c '</dev/tcp/%s/80'", MIRROR).rc == 0
    assert host.run("timeout 8 bash -c '</dev/tcp/%s/80'", name).rc != 0
    assert host.run("timeout 8 bash -c '</dev/tcp/%s/443'", name).rc != 0


def test_routes_lead_nowhere_else(host):
    """No gateway at all."""
    routes = json.loads(host.check_output("ip -j -4 route show"))
    assert [one for one in routes if "gateway" in one] == []
    assert {one["dev"] for one in routes if one["dst"] == "default"} == {"eth0"}


def test_mirror_forwards_nothing(host):
    """It has a leg in the other network; a seat that sends its packets there gets no further."""
    assert passes_on(host, address_of(host, MIRROR)) is False


def test_cluster_runs(host):
    """minikube's own word."""
    done = host.run("env HOME=/root minikube status -o json")
    assert json.loads(done.stdout) == {"Host": "Running", "Kubelet": "Running", "APIServer": "Running", "Kubeconfig": "Configured"}, done


def test_applications_answer(student):
    """Exercise 2.04's Deployment and the activity's counter, whose images are the mirror's."""
    assert json.loads(student("kubectl get deployment k8s-for-beginners -o json"))["status"]["readyReplicas"] == 3
    node = json.loads(student("kubectl get node minikube -o json"))
    address = next(one["address"] for one in node["status"]["addresses"] if one["type"] == "InternalIP")
    port = student("kubectl get service -n pageview k8s-pageview -o 'jsonpath={.spec.ports[0].nodePort}'").strip()
    pages = student("for i in 1 2; do curl -sS --max-time 5 http://%s:%s; done" % (address, port))
    numbers = [int(number) for number in re.findall(r"#(\d+)\.", pages)]
    assert len(numbers) == 2 and numbers[1] == numbers[0] + 1, pages


def test_cache_is_verified_and_whole(host):
    """Every file of the record has the content that the mirror's lock file says, root's own, nothing half loaded beside."""
    record = json.loads(host.file(CACHE + ".workshop.json").content_string)["files"]
    version = host.ansible.get_variables()["cluster_kubernetes_version"]
    names = sorted(path[len(CACHE):] for path in record)
    assert [name for name in names if not name.startswith("images/")] == [version + "/kubeadm", version + "/kubelet"]
    assert len(names) == 9 and "images/k8s.gcr.io/pause_3.2" in names
    sums = host.check_output("sha256sum " + " ".join(record))
    assert {line.split()[1]: line.split()[0] for line in sums.splitlines()} == {path: entry["sha256"] for path, entry in record.items()}
    assert host.check_output("find %s -name '*.part' -o -name '*.download'" % CACHE) == ""
    assert json.loads(host.file("/root/.minikube/config/config.json").content_string)["WantUpdateNotification"] is False


def test_packages_come_through_the_mirror(host):
    """apt has no other way, and knows that one."""
    assert 'Acquire::http::Proxy "http://%s:3142";' % MIRROR in host.check_output("apt-config dump")
    assert host.package("docker.io").is_installed


def test_docker_asks_the_mirror(host):
    """For images of Docker Hub."""
    daemon = json.loads(host.file("/etc/docker/daemon.json").content_string)
    assert daemon["registry-mirrors"] == ["http://%s:5000" % MIRROR] and daemon["insecure-registries"] == ["%s:5000" % MIRROR]
