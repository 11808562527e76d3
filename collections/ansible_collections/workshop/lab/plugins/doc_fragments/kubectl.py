"""Options of every module that asks the API server."""


class ModuleDocFragment:
    """Documentation of module_utils/kubectl.py, OPTIONS."""

    DOCUMENTATION = r"""
options:
  user:
    description:
      - Account whose C(~/.kube/config) is used and as whom kubectl runs; the account that Ansible works as when it is left out.
      - Another account than one's own needs root (C(become)). No ACL and no become_user is needed for it.
    type: str
  kubectl_path:
    description: Absolute path of kubectl on the seat.
    type: str
    default: /usr/local/bin/kubectl
  context:
    description: Context of the kubeconfig. Named always, since the student may be working in another one.
    type: str
    default: minikube
  query_timeout:
    description: Seconds that one question to the API server may take.
    type: int
    default: 60
"""
