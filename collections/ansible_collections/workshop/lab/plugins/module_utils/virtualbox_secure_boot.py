"""Whether VirtualBox's kernel module must be signed, and how far this machine is with it.

A kernel that was started by Secure Boot, is locked down or was built with CONFIG_MODULE_SIG_FORCE refuses a module without a signature that it trusts:
"Required key not available". The key must be enrolled by a person at the machine's own screen (shim's MokManager, at the next start): a program can
import it and no more. Sources: VirtualBox's vboxdrv.sh, Debian's wiki page SecureBoot, mokutil(1).
"""

from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_releases import MODULES

KEY = "/var/lib/shim-signed/mok/MOK.der"  # where vboxdrv.sh, and dkms on Ubuntu, look for it
PRIVATE_KEY = "/var/lib/shim-signed/mok/MOK.priv"
DKMS_KEY = "/var/lib/dkms/mok.pub"  # where dkms 3 on Debian makes its own
LOCKED = ("integrity", "confidentiality")


def needed(machine):
    """Return why the machine's kernel wants signed modules, "" when it does not, None when that could not be told."""
    if machine.get("secure_boot"):
        return "Secure Boot is on"
    if machine.get("lockdown") in LOCKED:
        return "the kernel is locked down (%s)" % machine["lockdown"]
    if (machine.get("kernel_config") or {}).get("sig_force"):
        return "the kernel was built to refuse unsigned modules (CONFIG_MODULE_SIG_FORCE)"
    return None if machine.get("secure_boot", False) is None else ""


def signing(machine):
    """Return {needed: bool, state: none|enrolled|waiting|impossible, reason: text, next_step: text} for a machine's facts.

    none: nothing has to be done, or the key is yet to be made. waiting: it is imported and waits for a person at the next start. impossible: no key can
    be enrolled here. Keys of ``machine``: secure_boot, lockdown, kernel_config.sig_force, mok_enrolled, and where they are known mok_waiting (bool),
    mok_key (path of the key), efi (bool), modules_loaded (list).
    """
    why = needed(machine)
    if why is None:
        return _answer(False, "none", "whether Secure Boot is on could not be told",
                       "install mokutil and run `mokutil --sb-state`; with Secure Boot on, VirtualBox's module must be signed")
    if not why:
        return _answer(False, "none", "Secure Boot is off and the kernel takes unsigned modules", "")
    if machine.get("mok_enrolled"):
        return _answer(True, "enrolled", why + ", and the key that signs VirtualBox's module is enrolled", "")
    # By another key than the one that mokutil was asked for, such as one of the owner's own in the firmware.
    if set(MODULES) <= set(machine.get("modules_loaded") or []):
        return _answer(True, "enrolled", why + ", and the kernel has taken VirtualBox's modules", "")
    # Without shim there is no list of the owner's keys: a kernel that demands signatures there trusts only the keys it was built with.
    if not machine.get("secure_boot") and machine.get("efi") is False:
        return _answer(True, "impossible", why + ", and a machine without UEFI has no place to enrol a key of one's own",
                       "start a kernel that takes unsigned modules (no lockdown= on the kernel's command line), or use another driver")
    if machine.get("mok_waiting"):
        return _answer(True, "waiting", why + ", and the key is imported and waits for a person",
                       "restart the machine, choose Enroll MOK at its own screen and type the one-time password")
    return _answer(True, "none", why + ", and no key of this machine's owner is enrolled",
                   "give the role virtualbox a one-time password (virtualbox_mok_password), then restart the machine and choose Enroll MOK at its own "
                   "screen; or switch Secure Boot off in the firmware")


def _answer(wanted, state, reason, step):
    return {"needed": wanted, "state": state, "reason": reason, "next_step": step}
