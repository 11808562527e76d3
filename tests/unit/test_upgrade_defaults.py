"""What playbooks/upgrade.yml takes for the wanted versions where a play names none: the defaults of the roles whose variables they are."""

import pathlib

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("program", ["minikube", "kubectl"])
def test_the_default_is_the_roles_own(program):
    """The role cluster cannot see it: it is run before those roles are."""
    default = yaml.safe_load((ROOT / f"roles/{program}/defaults/main.yml").read_text())[f"{program}_version"]
    wanted = yaml.safe_load((ROOT / "roles/cluster/vars/main/upgrade.yml").read_text())["_cluster_upgrade_wanted"][program]
    assert wanted == "{{ %s_version | default('%s') }}" % (program, default)
