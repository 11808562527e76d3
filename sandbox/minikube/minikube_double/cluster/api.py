"""Plain HTTPS to the API server with the cluster's own client certificate; no kubectl needed."""

import http.client
import json
import ssl

from minikube_double import API_PORT, paths
from minikube_double.errors import MachineError


def healthz(address, timeout=None):
    """Running, Stopped (no connection) or Error (any answer but 200), as status shows it."""
    connection = http.client.HTTPSConnection(address, API_PORT, timeout=timeout, context=_unverified())
    try:
        connection.request("GET", "/healthz")
        return "Running" if connection.getresponse().status == 200 else "Error"
    except (OSError, http.client.HTTPException):
        return "Stopped"
    finally:
        connection.close()


def _unverified():
    # Not create_default_context: reading all of the system's authorities takes longer than the request.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class NotFound(MachineError):
    """404 from the API server."""


class Client:
    """The API server of the cluster at address."""

    def __init__(self, address):
        self.address = address
        try:
            self.context = ssl.create_default_context(cafile=paths.make("ca.crt"))
            self.context.load_cert_chain(paths.make("client.crt"), paths.make("client.key"))
        except OSError as error:
            raise MachineError("client configuration: %s" % error)

    def call(self, method, path, body=None):
        """The decoded answer; MachineError on no connection or an error status."""
        connection = http.client.HTTPSConnection(self.address, API_PORT, timeout=20, context=self.context)
        try:
            connection.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            data = json.loads(answer.read().decode("utf-8"))
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise MachineError("%s https://%s:%d%s: %s" % (method.title(), self.address, API_PORT, path, error))
        finally:
            connection.close()
        if answer.status == 404:
            raise NotFound(data.get("message", "not found"))
        if answer.status >= 300:
            raise MachineError(data.get("message", "status %d" % answer.status))
        return data

    def get(self, path):
        """GET path."""
        return self.call("GET", path)
