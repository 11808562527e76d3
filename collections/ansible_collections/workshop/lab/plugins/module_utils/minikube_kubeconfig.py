"""The steps that mend or clean the owner's kubeconfig, by kubectl and minikube: no YAML is written here."""

import os

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.minikube_said import end, said
from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import NAME, read_state, status


class KubeconfigSteps:
    """A part of minikube_act.Actor, which has ``minikube``, ``home`` and ``_file()``."""

    def _update_context(self, _step):
        done = self.minikube.change("update-context")
        words, _vanished, error = status(self.minikube.status())
        if words["kubeconfig"] != "Configured":
            raise LabError("The kubeconfig of %s still points to an old address after `minikube update-context` (%s), which said \"%s\"%s; remove the entries "
                           "called %s from ~/.kube/config and run again." % (self.minikube.account.name, end(done), said(done), error and ", " + error, NAME))

    def _set_entries(self, _step):
        base = os.path.join(self.minikube.account.home, ".minikube")
        seen = self.home.look()
        state = read_state(seen)
        kubernetes = state.profile.get("KubernetesConfig") or {}
        self._file("mkdir", "-p", "--", os.path.join(self.minikube.account.home, ".kube"))
        for words in (["set-cluster", NAME, "--server=https://%s:%s" % (state.ip or kubernetes.get("NodeIP"), kubernetes.get("NodePort") or 8443),
                       "--certificate-authority=" + os.path.join(base, "ca.crt")],
                      ["set-credentials", NAME, "--client-certificate=" + os.path.join(base, "client.crt"), "--client-key=" + os.path.join(base, "client.key")],
                      ["set-context", NAME, "--cluster=" + NAME, "--user=" + NAME]):
            self._config(*words)
        words, _vanished, error = status(self.minikube.status())
        if words["kubeconfig"] != "Configured":
            raise LabError("The kubeconfig of %s could not be written anew: `minikube status` calls it %s; remove ~/.kube/config and run again." % (
                self.minikube.account.name, words["kubeconfig"] or error))

    def _use_context(self, _step):
        self._config("use-context", NAME)

    def _forget(self, step):
        cluster, context, user, current, others = step.args
        if not others:
            self._file("rm", "-f", "--", os.path.join(self.minikube.account.home, ".kube", "config"))
            return
        for there, words in ((context, ("delete-context", NAME)), (cluster, ("delete-cluster", NAME)), (user, ("unset", "users." + NAME)),
                             (current, ("unset", "current-context"))):
            if there:
                self._config(*words)

    def _config(self, *words):
        done = self.minikube.kubectl("config", *words, changes=True)
        if done.rc != 0:
            raise LabError("kubectl could not change the kubeconfig of %s: `kubectl config %s` (%s) said \"%s\"; mend ~/.kube/config and run again." % (
                self.minikube.account.name, " ".join(words), end(done), said(done)))
