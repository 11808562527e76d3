"""Where a seat takes Oracle's VirtualBox from: what its role asks for is what the mirror holds and lets through."""

import pytest
from playbook import ROOT, play

PLAYBOOK = """
- name: Compare the two roles
  hosts: all
  gather_facts: false
  vars_files: [ROOT/roles/virtualbox/defaults/main.yml, ROOT/roles/mirror/defaults/main.yml, ROOT/roles/artifact/vars/main/catalogue.yml]
  tasks:
    - name: Compare the addresses
      ansible.builtin.assert:
        that:
          - virtualbox_oracle_uri == wanted_uri
          - virtualbox_oracle_key_url == wanted_key
          - "'virtualbox-key' in mirror_artifacts"
          - "virtualbox_oracle_key_url is search('/' ~ _artifact_catalogue['virtualbox-key'].url | replace('https://', '') ~ '$')"
          - virtualbox_oracle_uri | regex_replace('^https?://', '') in mirror_package_sources
"""
KEY = "www.virtualbox.org/download/oracle_vbox_2016.asc"
HOSTS = {
    "internet": {"wanted_uri": "https://download.virtualbox.org/virtualbox/debian", "wanted_key": "https://" + KEY},
    # The cache of packages lets no https through.
    "mirror": {"mirror_url": "http://lab-mirror:8080/", "wanted_uri": "http://download.virtualbox.org/virtualbox/debian",
               "wanted_key": "http://lab-mirror:8080/" + KEY},
}


@pytest.mark.parametrize("name", list(HOSTS))
def test_addresses(tmp_path, name):
    """With mirror_url nothing but the mirror is asked."""
    playbook = tmp_path / "compare.yml"
    playbook.write_text(PLAYBOOK.replace("ROOT", str(ROOT)), encoding="utf-8")
    done = play(tmp_path, playbook, {"all": {"hosts": {name: dict(HOSTS[name], ansible_connection="local")}}})
    assert done.returncode == 0, done.output[-3000:]
