"""The cluster's part of start: certificates, kubeconfig, kubeadm, waiting, the closing line (cmd/start.go, pkg/minikube/bootstrapper)."""

import json
import shutil
import subprocess
import time

from minikube_double import host, kubeconfig, out, paths, profiles
from minikube_double.cluster import certs, images
from minikube_double.cluster.bootstrap import Bootstrap
from minikube_double.errors import IO, Crash, Fatal, MachineError
from minikube_double.settings import read_config


def start(settings, machine, profile, extra, existed, upgraded_from):
    """Bring Kubernetes up on a machine that runs, and wait for it as start does."""
    try:
        machine.reachable()
        address = machine.address()
    except MachineError as error:
        raise Fatal(IO, "minikube is unable to connect to the VM: %s" % error)
    profile["KubernetesConfig"]["NodeIP"] = address
    profiles.save_or_crash(settings.profile, profile)
    host.show_proxies()
    version, node = profile["KubernetesConfig"]["KubernetesVersion"], machine.node()
    boot = Bootstrap(node, address, profile["KubernetesConfig"], extra)
    _prepare(settings, profile, boot, extra, address, upgraded_from)
    references = images.needed(version, settings.get("image-repository"))
    if not existed or upgraded_from:
        out.line("Pulling images ...")
        try:
            images.pull(node, references)
        except MachineError as error:
            out.line("Unable to pull images, which may be OK: running cmd: kubeadm config images pull: %s" % error)
    try:
        if existed:
            out.line("Relaunching Kubernetes using kubeadm ... ")
            boot.relaunch()
        else:
            out.line("Launching Kubernetes ... ")
            boot.launch()
    except MachineError as error:
        raise Crash("Error restarting cluster" if existed else "Error starting cluster", error)
    if machine.kind == "none":
        host.configure_none(settings)
    _wait(settings, boot)
    _done(settings, version)


def _prepare(settings, profile, boot, extra, address, upgraded_from):
    version, node = boot.version, boot.node
    docker = node.run("sudo docker version --format '{{.Server.Version}}'").strip()
    out.line("Preparing Kubernetes %s on Docker '%s' ..." % (version, docker))
    for text in profile["MachineConfig"]["DockerOpt"] or ():
        out.line("opt " + text, out.OPTION)
    for text in profile["MachineConfig"]["DockerEnv"] or ():
        out.line("env " + text, out.OPTION)
    for item in extra:
        out.line("%s.%s=%s" % item, out.OPTION)
    if upgraded_from:
        out.line("Upgrading from Kubernetes %s to %s" % (upgraded_from.lstrip("v"), version.lstrip("v")))
    names, addresses = profile["KubernetesConfig"]["APIServerNames"] or (), profile["KubernetesConfig"]["APIServerIPs"] or ()
    try:
        certs.setup(node, address, boot.domain, names, addresses)
    except (MachineError, OSError) as error:
        raise Crash("Failed to setup certs", error)
    try:
        kubeconfig.update(paths.kubeconfig(), settings.profile, address, settings.get("keep-context"), settings.get("embed-certs"))
    except (MachineError, OSError) as error:
        raise Crash("Failed to setup kubeconfig", "writing kubeconfig: %s" % error)
    try:
        if profile["KubernetesConfig"]["ShouldLoadCachedImages"]:
            _cached_images(node, images.needed(version, settings.get("image-repository")))
        boot.prepare()
    except MachineError as error:
        raise Crash("Failed to update cluster", error)


def _cached_images(node, references):
    try:
        images.to_cache(references)
    except MachineError as error:
        out.raw_err("E%s cache_images.go:80] Error caching images: %s\n" % (time.strftime("%m%d %H:%M:%S.000000"), error))
    images.load_cached(node, references + sorted(read_config().get("cache") or ()))


def _wait(settings, boot):
    names = ["proxy", "etcd", "scheduler", "controller", "dns"] if settings.get("wait") else []
    out.raw("* Waiting for: apiserver")
    try:
        boot.wait_healthy()
        for name in names:
            out.raw(" " + name)
            boot.wait_pods(name, settings.get("wait-timeout"))
    except MachineError as error:
        out.raw("\n")
        raise Crash("Wait failed", error)
    out.raw("\n")


def _done(settings, version):
    if settings.get("keep-context"):
        out.line("To connect to this cluster, use: kubectl --context=" + settings.profile)
    else:
        out.line('Done! kubectl is now configured to use "%s"' % settings.profile)
    program = shutil.which("kubectl")
    if not program:
        out.line("For best results, install kubectl: https://kubernetes.io/docs/tasks/tools/install-kubectl/")
        return
    try:
        done = subprocess.run([program, "version", "--client", "--output=json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30)
        client = json.loads(done.stdout.decode())["clientVersion"]["gitVersion"].lstrip("v")
    except (OSError, ValueError, LookupError, subprocess.TimeoutExpired):
        return
    if abs(int(client.split(".")[1]) - int(version.split(".")[1])) > 1:
        out.err("%s is version %s, and is incompatible with Kubernetes %s. You will need to update %s or use 'minikube kubectl' to connect with this cluster"
                % (program, client, version.lstrip("v"), program), out.WARN)
