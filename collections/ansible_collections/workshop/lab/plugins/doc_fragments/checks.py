"""The kinds of checks that module cluster_check knows, in words. A unit test compares it with module_utils/checks_spec.py."""


class ModuleDocFragment:
    """Documentation of option ``checks``."""

    DOCUMENTATION = r"""
options:
  checks:
    description:
      - What must be true of the seat. Each entry has an C(id) and exactly one kind of check with its arguments.
      - They are validated before anything is looked at; a message names the place, like C(checks[3].service.name).
    type: list
    elements: dict
    required: true
    suboptions:
      id:
        description: Name of the check, of which there may be only one in the list, like C(2.04.spread).
        type: str
        required: true
      title:
        description: What is true, in a sentence. Made of the kind and the name when it is left out.
        type: str
      figure:
        description: Figure of the workshop's chapter that shows the fact, like C("2.38").
        type: str
      hint:
        description: What a student can do about it when it is false. Left out, the check says what it can tell by itself.
        type: str
      node:
        description: The node as C(kubectl get node) shows it.
        type: dict
        suboptions:
          name:
            description: Name of the node; minikube calls it C(minikube) always.
            type: str
            default: minikube
          ready:
            description: Whether its condition Ready is True. C(Unknown) is not ready.
            type: bool
          role:
            description: A role that it must have, by its label C(node-role.kubernetes.io/ROLE).
            type: str
          version:
            description: Version of its kubelet.
            type: str
          taints:
            description: Taints that must be there, each C(KEY[=VALUE][:EFFECT]); an empty list means no taint at all.
            type: list
            elements: str
          unschedulable:
            description: Whether it is cordoned.
            type: bool
      component_pods:
        description: >-
          The cluster's own pods. Not observable (null) while the node is not Ready, since what the API server says of them is old then.
          Exactly one of C(names), C(labels) is needed.
        type: dict
        suboptions:
          names:
            description: Components (C(etcd) means C(etcd-minikube), C(coredns) its pods with a hash) or whole names of pods.
            type: list
            elements: str
          labels:
            description: Labels that all the pods meant have.
            type: dict
          namespace:
            description: Namespace.
            type: str
            default: kube-system
          running:
            description: Whether they must run and be ready.
            type: bool
            default: true
          count:
            description: How many of each, at least.
            type: int
            default: 1
      static_pods:
        description: Files in C(/etc/kubernetes/manifests) of the node. At least one of C(present), C(absent) is needed.
        type: dict
        suboptions:
          present:
            description: Files that must be there.
            type: list
            elements: str
          absent:
            description: Files that must not be there.
            type: list
            elements: str
      kubelet_unit:
        description: The systemd unit kubelet in the node.
        type: dict
        suboptions:
          state:
            description: C(inactive) stands for every state that is not C(active).
            type: str
            choices: [active, inactive]
            default: active
          container:
            description: Whether kubelet may be found among Docker's containers; C(false) shows that it is none.
            type: bool
      kubelet_config:
        description: C(/var/lib/kubelet/config.yaml) of the node.
        type: dict
        suboptions:
          static_pod_path:
            description: Value of staticPodPath.
            type: str
            default: /etc/kubernetes/manifests
      containers:
        description: >-
          Kubernetes' containers that run in the node by C(docker ps), without the pause containers. True also while no API server answers. At
          least one of C(running), C(stopped) is needed.
        type: dict
        suboptions:
          running:
            description: Names of containers of which at least one must run, like C(kube-apiserver).
            type: list
            elements: str
          stopped:
            description: Names of containers of which none may run.
            type: list
            elements: str
      pod:
        description: >-
          Pods of one name or with some labels. Pods that are being deleted do not count. What is said beside the count must hold for each of
          them. Exactly one of C(name), C(labels) is needed.
        type: dict
        suboptions:
          namespace:
            description: Namespace.
            type: str
            default: default
          name:
            description: Name of the pod.
            type: str
          labels:
            description: Labels that all the pods meant have.
            type: dict
          controlled:
            description: Only pods that a controller made (C(true)) or only those made by hand (C(false)).
            type: bool
          count:
            description: Exactly so many. Without C(count), C(min) and C(max) it is one pod of the name, or at least one with the labels.
            type: int
          min:
            description: At least so many.
            type: int
          max:
            description: At most so many.
            type: int
          phase:
            description: Phase of each.
            type: str
            choices: [Pending, Running, Succeeded, Failed, Unknown]
          ready:
            description: Whether each must be ready, or none may be.
            type: bool
          scheduled:
            description: Whether each must be on a node, or none may be.
            type: bool
          has_ip:
            description: Whether each must have an IP address, or none may.
            type: bool
          node:
            description: Node on which each must be.
            type: str
          reason:
            description: >-
              Each must name one of these reasons: C(Unschedulable), C(ImagePullBackOff), C(ErrImagePull), C(CrashLoopBackOff),
              C(ContainerCreating) ...
            type: list
            elements: str
          image:
            description: Image of one container of each; C(docker.io/library/) and C(:latest) may be left out.
            type: str
          uids:
            description: >-
              Pods with these uids must be among them: kept and not recreated. The result's C(observed) tells the uids of an earlier look.
            type: list
            elements: str
          only_uids:
            description: Each must have one of these uids; the others of the list may be gone. Shows that only old pods remain.
            type: list
            elements: str
          gone_uids:
            description: No pod with one of these uids may be among them.
            type: list
            elements: str
      labels:
        description: Labels of any object. At least one of C(labels), C(absent) is needed.
        type: dict
        suboptions:
          kind:
            description: Kind of the object.
            type: str
            required: true
            choices: [ConfigMap, DaemonSet, Deployment, Endpoints, Event, Job, Namespace,
                      Node, PersistentVolume, PersistentVolumeClaim, Pod, ReplicaSet, ReplicationController, Service, ServiceAccount, StatefulSet]
          name:
            description: Its name.
            type: str
            required: true
          namespace:
            description: Namespace.
            type: str
            default: default
          labels:
            description: Labels that it must have.
            type: dict
          absent:
            description: Keys of labels that it must not have.
            type: list
            elements: str
      deployment:
        description: >-
          A Deployment's numbers as C(kubectl get deployment) shows them, taken as they are: also those of a state in between.
        type: dict
        suboptions:
          namespace:
            description: Namespace.
            type: str
            default: default
          name:
            description: Its name.
            type: str
            required: true
          replicas:
            description: Replicas that its specification wants.
            type: int
          ready:
            description: Pods that are ready.
            type: int
          updated:
            description: Pods of the present template (UP-TO-DATE).
            type: int
          available:
            description: Pods that are available.
            type: int
          complete:
            description: Whether the roll-out is complete, as C(kubectl rollout status) means it.
            type: bool
          image:
            description: Image in its template.
            type: str
          template_labels:
            description: Labels in its template, others may be there too.
            type: dict
      service:
        description: A Service's specification.
        type: dict
        suboptions:
          namespace:
            description: Namespace.
            type: str
            default: default
          name:
            description: Its name.
            type: str
            required: true
          type:
            description: Its type.
            type: str
            choices: [ClusterIP, NodePort, LoadBalancer, ExternalName]
          port:
            description: One of its ports.
            type: int
          target_port:
            description: Number or name of the port in the pods to which C(port) (or the first port) leads.
            type: str
          selector:
            description: Its selector, exactly.
            type: dict
          node_port:
            description: Whether that port has a node port in 30000-32767.
            type: bool
      endpoints:
        description: What is behind a Service. At least one of C(min), C(max), C(pods) is needed.
        type: dict
        suboptions:
          namespace:
            description: Namespace.
            type: str
            default: default
          name:
            description: Name of the Service.
            type: str
            required: true
          min:
            description: At least so many ready addresses.
            type: int
          max:
            description: At most so many ready addresses; C(0) for none.
            type: int
          port:
            description: The only port of the addresses.
            type: int
          pods:
            description: The ready addresses must be those of the ready pods with these labels, exactly, and there must be some.
            type: dict
      http:
        description: >-
          A visit over HTTP, without a proxy and without following redirects. Exactly one of C(url), C(service), C(pod), C(pod_labels) is
          needed.
        type: dict
        suboptions:
          url:
            description: Address to visit.
            type: str
          service:
            description: Service that is visited at the node's address and its node port, once it has a ready pod.
            type: str
          pod:
            description: Pod that is visited at its own address.
            type: str
          pod_labels:
            description: Labels of pods of which one is visited at its own address.
            type: dict
          namespace:
            description: Namespace.
            type: str
            default: default
          port:
            description: Port of the Service (its first one when left out) or of the pod (needed).
            type: int
          path:
            description: Path of the URL.
            type: str
            default: /
          status:
            description: Status of the answer.
            type: int
            default: 200
          pattern:
            description: Regular expression that must be found in the answer.
            type: str
          rises:
            description: >-
              Visit twice: the number in the pattern's first group must be greater the second time.
            type: bool
            default: false
          timeout:
            description: Seconds without a word after which a visit is given up.
            type: float
            default: 5
          from:
            description: Visit from this host, or from inside the node. With I(driver=none) both are the same.
            type: str
            choices: [host, node]
            default: host
      refused:
        description: A connection that nobody must accept. Exactly one of C(api_server), C(host), C(pod), C(pod_labels) is needed.
        type: dict
        suboptions:
          api_server:
            description: The address of the API server in the kubeconfig.
            type: bool
          host:
            description: Address to connect to.
            type: str
          pod:
            description: Pod at whose own address to connect.
            type: str
          pod_labels:
            description: Labels of pods at the address of one of which to connect.
            type: dict
          namespace:
            description: Namespace.
            type: str
            default: default
          port:
            description: Port to connect to; needed but for the API server.
            type: int
          how:
            description: C(refused) needs an answer that refuses, C(unreachable) none at all (C(curl) hangs), C(any) takes both.
            type: str
            choices: [any, refused, unreachable]
            default: any
          timeout:
            description: Seconds without an answer that count as unreachable.
            type: float
            default: 3
      spread:
        description: >-
          Requests to a Service's node port, each on a connection of its own, every one answered, and log lines on each of its pods. Nothing
          is requested until all pods are ready.
        type: dict
        suboptions:
          namespace:
            description: Namespace.
            type: str
            default: default
          service:
            description: Name of the Service.
            type: str
            required: true
          port:
            description: Port of the Service; its first one when left out.
            type: int
          path:
            description: Path of the URL.
            type: str
            default: /
          requests:
            description: >-
              How many. A pod is chosen by chance: that one of 3 gets none of 30 happens once in 60000 times, one of 5 once in 160.
            type: int
            default: 30
          min_each:
            description: Lines that each pod must log at least.
            type: int
            default: 1
          selector:
            description: Labels of the pods; the Service's own selector when left out.
            type: dict
          pods:
            description: How many pods there must be.
            type: int
          status:
            description: Status of each answer.
            type: int
            default: 200
          pattern:
            description: Regular expression that must be found in each answer.
            type: str
          timeout:
            description: Seconds without a word after which a request is lost. After 5 lost ones it ends.
            type: float
            default: 5
      events:
        description: Events of one namespace, which the cluster keeps for an hour. At least one of C(reason), C(message) is needed.
        type: dict
        suboptions:
          namespace:
            description: Namespace.
            type: str
            default: default
          reason:
            description: Their reason, like C(FailedScheduling).
            type: str
          kind:
            description: Kind of the object concerned.
            type: str
            choices: [ConfigMap, DaemonSet, Deployment, Endpoints, Event, Job, Namespace,
                      Node, PersistentVolume, PersistentVolumeClaim, Pod, ReplicaSet, ReplicationController, Service, ServiceAccount, StatefulSet]
          name:
            description: Name of the object concerned.
            type: str
          labels:
            description: Only events of the pods that have these labels now.
            type: dict
          uid:
            description: Only events of the object with this uid.
            type: str
          type:
            description: Their type.
            type: str
            choices: [Normal, Warning]
          message:
            description: Regular expression that must be found in the message.
            type: str
          min:
            description: At least so many; C(1) when neither C(min) nor C(max) is said.
            type: int
          max:
            description: At most so many.
            type: int
      image:
        description: >-
          An image that is in the node, by the node's own list. kubelet lists the largest 50: an image that is not among 50 is null.
        type: dict
        suboptions:
          name:
            description: Name of the image.
            type: str
            required: true
          node:
            description: Name of the node.
            type: str
            default: minikube
      object_absent:
        description: >-
          No object of a kind with this name or these labels; one that is being deleted is still there. Exactly one of C(name), C(labels) is
          needed.
        type: dict
        suboptions:
          kind:
            description: Kind of the object.
            type: str
            required: true
            choices: [ConfigMap, DaemonSet, Deployment, Endpoints, Event, Job, Namespace,
                      Node, PersistentVolume, PersistentVolumeClaim, Pod, ReplicaSet, ReplicationController, Service, ServiceAccount, StatefulSet]
          name:
            description: Its name.
            type: str
          labels:
            description: Its labels.
            type: dict
          namespace:
            description: Namespace.
            type: str
            default: default
      command_path:
        description: A program on the seat.
        type: dict
        suboptions:
          path:
            description: File that everybody may execute.
            type: str
            required: true
          name:
            description: C(which NAME) must show this path.
            type: str
      program_version:
        description: The version that a program tells.
        type: dict
        suboptions:
          program:
            description: C(kubernetes) is the API server, by C(kubectl version).
            type: str
            required: true
            choices: [minikube, kubectl, kubernetes]
          version:
            description: Version, with its v.
            type: str
            required: true
          commit:
            description: Regular expression that must be found in the commit.
            type: str
"""
