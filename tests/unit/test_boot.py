"""What the unit of the boot is told is what a playbook tells the module: else a morning would want another cluster than the evening before."""

import pathlib
import re

import yaml

CLUSTER = pathlib.Path(__file__).resolve().parents[2] / "roles" / "cluster"


def test_the_unit_is_told_what_the_module_is_told():
    """The same options from the same variables; but what is wanted at a boot is always started, and nothing is ever deleted for it."""
    tasks = yaml.safe_load((CLUSTER / "tasks" / "state.yml").read_text(encoding="utf-8"))
    options = next(task for task in tasks if "workshop.lab.minikube_cluster" in task)["workshop.lab.minikube_cluster"]
    module = {name: re.sub(r"[{}\s]", "", value) for name, value in options.items() if name not in ("state", "recreate")}
    text = yaml.safe_load((CLUSTER / "vars" / "main" / "boot.yml").read_text(encoding="utf-8"))["_cluster_boot_options"]
    unit = {name: value.replace(" | int", "").strip() for name, value in re.findall(r"'(\w+)': ([^,}]+)", text) if name != "environment"}
    assert unit == module
