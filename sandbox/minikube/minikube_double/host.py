"""Facts about this machine that start prints."""

import os

from minikube_double import out


def os_release():
    """/etc/os-release as a dictionary."""
    try:
        with open("/etc/os-release", encoding="utf-8") as stream:
            rows = [row.strip().partition("=") for row in stream if "=" in row]
    except OSError:
        return {}
    return {key: value.strip("\"'") for key, _, value in rows}


def platform():
    """Such as `Ubuntu 18.04`."""
    release = os_release()
    name, version = release.get("ID", "linux").title(), release.get("VERSION_ID", "")
    if release.get("ID") == "debian":
        try:
            with open("/etc/debian_version", encoding="ascii") as stream:
                version = stream.read().strip()
        except OSError:
            pass
    return (name + " " + version).strip()


def show_none():
    """The two lines about this machine that driver none prints instead of creating a VM."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2 ** 20
    disk = os.statvfs("/")
    out.line("Running on localhost (CPUs=%d, Memory=%dMB, Disk=%dMB) ..." % (os.cpu_count(), pages, disk.f_blocks * disk.f_frsize // 2 ** 20))
    out.line("OS release is " + os_release().get("PRETTY_NAME", "unknown"))


def show_environment():
    """Every MINIKUBE_ variable and KUBECONFIG, as start echoes them."""
    for name, value in os.environ.items():
        if name.startswith("MINIKUBE_") or name == "KUBECONFIG":
            out.line("%s=%s" % (name, value), out.OPTION)


def show_proxies():
    """The proxy variables in use."""
    found = [name for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY") if os.environ.get(name)]
    if found:
        out.line("Found network options:")
        for name in found:
            out.line("%s=%s" % (name, os.environ[name]), out.OPTION)


def configure_none(settings):
    """What start says, and does, about files in root's home (cmd/start.go: prepareNone)."""
    from minikube_double import paths

    home, sudo_user = os.environ.get("HOME", ""), os.environ.get("SUDO_USER", "")
    out.line("Configuring local host environment ...")
    if settings.want("WantNoneDriverWarning"):
        out.line()
        out.err("The 'none' driver provides limited isolation and may reduce system security and reliability.", out.WARN)
        out.err("For more information, see:", out.WARN)
        out.line("https://minikube.sigs.k8s.io/docs/reference/drivers/none/", out.OPTION)
        out.line()
    if not os.environ.get("CHANGE_MINIKUBE_NONE_USER"):
        out.err("kubectl and minikube configuration will be stored in " + home, out.WARN)
        out.err("To use kubectl or minikube commands as your own user, you may", out.WARN)
        out.err("need to relocate them. For example, to overwrite your own settings:", out.WARN)
        out.line()
        out.line("sudo mv %s/.kube %s/.minikube $HOME" % (home, home), out.OPTION)
        out.line("sudo chown -R $USER $HOME/.kube $HOME/.minikube", out.OPTION)
        out.line()
        out.line("This can also be done automatically by setting the env var CHANGE_MINIKUBE_NONE_USER=true")
    elif sudo_user:
        import pwd

        owner = pwd.getpwnam(sudo_user)
        for top in (paths.home(), os.path.dirname(paths.kubeconfig())):
            for folder, folders, names in os.walk(top):
                for name in [""] + folders + names:
                    os.lchown(os.path.join(folder, name) if name else folder, owner.pw_uid, owner.pw_gid)
