#!/usr/bin/python
"""Module wake_on_lan."""

DOCUMENTATION = r"""
module: wake_on_lan
short_description: Wakes a machine by its hardware address
description:
  - Sends the packet that wakes a machine whose firmware and network card allow it. To be run on the control node, or on a machine in the same network
    (C(delegate_to)), since routers do not pass it on.
  - Nothing tells whether it has helped; wait for the machine with M(ansible.builtin.wait_for_connection).
options:
  mac:
    description: The hardware address of the machine's network card, six pairs of hexadecimal digits parted by colons or dashes.
    type: str
    required: true
  broadcast:
    description: IPv4 address to send to - the broadcast address of the machine's network, or that of all networks of the sender.
    type: str
    default: 255.255.255.255
  port:
    description: UDP port, 1 to 65535. Network cards do not look at it.
    type: int
    default: 9
attributes:
  check_mode:
    description: Sends nothing.
    support: full
  diff_mode:
    description: Nothing is shown.
    support: none
extends_documentation_fragment: [workshop.lab.runs]
"""

EXAMPLES = r"""
- name: Wake the seat
  workshop.lab.wake_on_lan:
    mac: 52:54:00:12:34:56
  delegate_to: localhost

- name: Wake it from a machine in its network
  workshop.lab.wake_on_lan:
    mac: 52-54-00-12-34-56
    broadcast: 10.1.0.255
  delegate_to: mirror
"""

RETURN = r"""
mac:
  description: The address that the packet is for, in lower case with colons.
  returned: success
  type: str
  sample: 52:54:00:12:34:56
sent_to:
  description: Address and port.
  returned: success
  type: str
  sample: 10.1.0.255:9
times:
  description: How often it was sent; 0 in check mode.
  returned: success
  type: int
  sample: 3
"""

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils import arguments, magic_packet  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.errors import finish  # noqa: E402

OPTIONS = {"mac": {"type": "str", "required": True}, "broadcast": {"type": "str", "default": "255.255.255.255"}, "port": {"type": "int", "default": 9}}


def main():
    """Run the module."""
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)

    def work():
        mac, address, port = (module.params[name] for name in ("mac", "broadcast", "port"))
        arguments.text_of("mac", mac, magic_packet.FORM, "a hardware address like 52:54:00:12:34:56")
        arguments.text_of("broadcast", address, r"[0-9]{1,3}(\.[0-9]{1,3}){3}", "an IPv4 address like 10.1.0.255")
        arguments.at_least("port", port, 1, 65535)
        times = 0 if module.check_mode else magic_packet.TIMES
        if times:
            magic_packet.send(mac, address, port, times)
        return {"changed": True, "mac": mac.lower().replace("-", ":"), "sent_to": "%s:%d" % (address, port), "times": times}

    finish(module, work)


if __name__ == "__main__":
    main()
