"""A double of minikube v1.5.2: its command line in front of a real kubeadm."""

VERSION = "v1.5.2"
COMMIT = "this is the sandbox's double, not minikube"
DEFAULT_KUBERNETES = "v1.16.2"
OLDEST_KUBERNETES = "v1.11.10"
NODE_NAME = "minikube"
API_PORT = 8443
ISO_NAME = "minikube-v1.5.1.iso"
SERVICE_CIDR = "10.96.0.0/12"
SERVICE_IP = "10.96.0.1"
DNS_IP = "10.96.0.10"
