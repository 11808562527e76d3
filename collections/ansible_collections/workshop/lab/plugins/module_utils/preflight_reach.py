"""Whether what a seat downloads can be had: one HEAD request to each source, all at once, each with a short limit. Nothing is downloaded."""

import socket
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

# A registry answers 401 before one logs in, some servers 405 to HEAD: somebody who can answer is there. 403 and 407 are a proxy's refusals.
FINE = (401, 405)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: that the source answers is enough, and the next server is not in anybody's list."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        return None


def head(url, limit, proxy=None):
    """Ask a URL for its HEAD; return the status. OSError, with its reason, when there is none. ``proxy``: in place of the environment's."""
    handlers = [_Stay()] + ([urllib.request.ProxyHandler({"http": proxy, "https": proxy})] if proxy else [])
    request = urllib.request.Request(url, method="HEAD", headers={"User-Agent": "workshop-preflight"})
    try:
        return urllib.request.build_opener(*handlers).open(request, timeout=limit).getcode()
    except urllib.error.HTTPError as error:
        return error.code


def look(sources, limit, ask=head, resolve=socket.getaddrinfo, proxied=None):
    """Return the sources, each with ok (bool), answer (text), name_found (bool; None where nobody asked) and seconds.

    ``sources``: list of dicts with name, url, and perhaps proxy. ``limit``: seconds of one request; all are given up after twice that. ``proxied(url)``:
    whether the environment sends a request through a proxy, which then looks the name up itself.
    """
    proxied = proxied or _proxied
    results = [dict(one, ok=False, answer="no answer within %g s" % (2 * limit), name_found=None, seconds=2.0 * limit) for one in sources]

    def work(result):
        start = time.monotonic()
        found = _ask(result, limit, ask, resolve, proxied)
        found["seconds"] = round(time.monotonic() - start, 3)
        result["done"] = found

    threads = [threading.Thread(target=work, args=(one,)) for one in results]
    for thread in threads:
        thread.daemon = True  # a lookup of a name cannot be ended: the module leaves without it
        thread.start()
    deadline = time.monotonic() + 2 * limit
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return [dict({key: value for key, value in one.items() if key != "done"}, **one.get("done", {})) for one in results]


def _ask(source, limit, ask, resolve, proxied):
    """Return {ok, answer, name_found} of one source."""
    parts = urllib.parse.urlsplit(source["url"])
    found = None
    if not source.get("proxy") and not proxied(source["url"]):
        try:
            resolve(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
            found = None if _is_address(parts.hostname) else True
        except (OSError, UnicodeError):
            return {"ok": False, "answer": "the name %s is not found" % parts.hostname, "name_found": False}
    try:
        status = ask(source["url"], limit, source.get("proxy"))
    except (OSError, ValueError) as error:
        return {"ok": False, "answer": reason(error, limit), "name_found": found}
    except Exception as error:  # pylint: disable=broad-except  # http.client's own, of which some are no OSError: an answer too
        return {"ok": False, "answer": "no HTTP there (%s)" % type(error).__name__, "name_found": found}
    return {"ok": status < 400 or status in FINE, "answer": "HTTP %d" % status, "name_found": found}


def _proxied(url):
    """Whether the environment has a proxy for a URL."""
    parts = urllib.parse.urlsplit(url)
    return parts.scheme in urllib.request.getproxies_environment() and not urllib.request.proxy_bypass_environment(parts.netloc)


def _is_address(host):
    try:
        socket.inet_aton(host)
    except OSError:
        return ":" in host
    return True


def reason(error, limit):
    """Return an error in a few words."""
    cause = getattr(error, "reason", error)
    if isinstance(cause, socket.timeout) or "timed out" in str(cause):
        return "no answer within %g s" % limit
    if isinstance(cause, ConnectionRefusedError):
        return "connection refused"
    if isinstance(cause, ssl.SSLError):
        return "its certificate is not accepted (%s)" % (getattr(cause, "verify_message", "") or getattr(cause, "reason", "") or cause)
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
