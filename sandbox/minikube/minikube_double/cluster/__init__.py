"""The real Kubernetes behind the command line."""
