"""The shape of roles and playbooks: what ansible-lint leaves open."""

import pathlib
import re

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())
TASK_FILES = sorted(ROOT.glob("playbooks/tasks/*.yml")) + sorted(ROOT.glob("roles/*/tasks/**/*.yml")) + sorted(ROOT.glob("roles/*/handlers/**/*.yml"))
PLAYBOOKS = [ROOT / "site.yml", *sorted(ROOT.glob("playbooks/*.yml"))]
KEYWORDS = set(
    """any_errors_fatal args async become become_user become_method become_flags changed_when check_mode collections connection
    debugger delay delegate_facts delegate_to diff environment failed_when ignore_errors ignore_unreachable listen loop
    loop_control module_defaults name no_log notify poll port register remote_user retries run_once tags throttle timeout
    until vars when""".split()
)
BLOCKS = ("block", "rescue", "always")
# Words at the start of a name that say what a thing is, not what is done.
SECRET = re.compile("password|kubeconfig", re.IGNORECASE)
NO_VERBS = {
    "The",
    "A",
    "An",
    "This",
    "It",
    "All",
    "Every",
    "No",
    "If",
    "When",
    "For",
    "New",
    "Main",
    "Task",
    "Handler",
}
# What may stand in validate.yml: action plugins that run on the control node, and what brings more of them in.
CONTROLLER_ONLY = {
    f"ansible.builtin.{name}"
    for name in (
        "validate_argument_spec",
        "assert",
        "fail",
        "import_tasks",
        "include_tasks",
        "import_role",
        "include_role",
        "set_fact",
    )
}


def short(path):
    """Return a path as a person writes it."""
    return str(path.relative_to(ROOT))


def tasks(entries):
    """Yield every task of a list, those in blocks included."""
    for entry in entries or []:
        yield entry
        for block in BLOCKS:
            yield from tasks(entry.get(block))


def of_file(path):
    """Return every task of a task file."""
    return list(tasks(yaml.safe_load(path.read_text(encoding="utf-8"))))


def of_playbook(path):
    """Return every play and every task of a playbook."""
    found = []
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        found.append(entry)
        for section in ("pre_tasks", "tasks", "post_tasks", "handlers"):
            found += tasks(entry.get(section))
    return found


def modules(task):
    """Return the keys of a task that name a module."""
    return [key for key in task if key not in KEYWORDS and key not in BLOCKS and not key.startswith("with_")]


def everything():
    """Return (where, task) for all tasks, handlers, plays and imports."""
    found = [(short(path), task) for path in TASK_FILES for task in of_file(path)]
    return found + [(short(path), task) for path in PLAYBOOKS for task in of_playbook(path)]


def test_there_is_something_to_look_at():
    """An empty list would let every test below pass."""
    assert len(TASK_FILES) > 10
    assert len(PLAYBOOKS) > 3


def test_names_begin_with_a_verb():
    """`Install kubectl`, not `kubectl installation`: the names are the progress that a person reads."""
    wrong = []
    for where, task in everything():
        first = str(task.get("name", "")).split(" ")[0]
        if not re.match(r"\A[A-Z][a-z]+\Z", first) or first in NO_VERBS or first.endswith(("tion", "ing", "ment")):
            wrong.append(f"{where}: {task.get('name', task)}")
    assert not wrong


def test_module_names_are_whole():
    """ansible.builtin.copy, not copy, in handlers and blocks too; and nothing that has to come from Galaxy."""
    wrong = []
    for where, task in everything():
        if "hosts" in task:
            continue
        names = modules(task)
        if not any(block in task for block in BLOCKS) and len(names) != 1:
            wrong.append(f"{where}: {task.get('name')} has the modules {names}")
        wrong += [
            f"{where}: {name}"
            for name in names
            if not re.match(r"\A(ansible\.builtin|workshop\.lab)\.[a-z_]+\Z", name)
        ]
    assert not wrong


@pytest.mark.parametrize("role", ROLES)
def test_main_is_a_table_of_contents(role):
    """tasks/main.yml, or phases.yml behind it, imports a file per phase, with the role's tag and the phase's; the first looks at the variables."""
    folder = ROOT / "roles" / role / "tasks"
    phases = yaml.safe_load((folder / "main.yml").read_text(encoding="utf-8"))
    if (folder / "phases.yml").exists():
        assert [phase.get("ansible.builtin.import_tasks") for phase in phases] == [None, "phases.yml"]
        phases = phases[:1] + yaml.safe_load((folder / "phases.yml").read_text(encoding="utf-8"))
    for phase in phases:
        assert modules(phase) in (["ansible.builtin.import_tasks"], ["ansible.builtin.include_tasks"]), (
            f"{role}: {phase['name']} is no import"
        )
        tags = phase.get("tags", [])
        assert role in tags, f"{role}: {phase['name']} lacks the tag {role}"
        assert any(tag.startswith(f"{role}_") for tag in tags), f"{role}: {phase['name']} lacks a tag {role}_PHASE"
    assert phases[0]["ansible.builtin.include_tasks"]["file"] == "validate.yml"
    assert phases[0]["when"] == "variables_are_validated is not defined", "site.yml would validate twice"


@pytest.mark.parametrize("role", ROLES)
def test_validation_stays_on_the_control_node(role):
    """validate.yml and what it imports run before the first connection: no module that goes to the host, no facts of it."""
    folder = ROOT / "roles" / role / "tasks"
    waiting, seen = ["validate.yml"], set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        text = (folder / name).read_text(encoding="utf-8")
        code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
        assert "ansible_facts" not in code, f"{role}/{name} reads facts"
        for task in of_file(folder / name):
            assert set(modules(task)) <= CONTROLLER_ONLY, f"{role}/{name}: {task.get('name')}"
            for module in ("ansible.builtin.import_tasks", "ansible.builtin.include_tasks"):
                other = task.get(module)
                if isinstance(other, str) and other not in seen:
                    waiting.append(other)
            for module in ("ansible.builtin.import_role", "ansible.builtin.include_role"):
                if module in task:
                    assert task[module].get("tasks_from", "").startswith("validate"), f"{role}/{name} runs a whole role"


@pytest.mark.parametrize("role", ROLES)
def test_what_is_a_file_is_validated_each_time(role):
    """The rest of a validation is remembered as long as variables and code are the same; files of the control node are neither (validate_files.yml)."""
    folder = ROOT / "roles" / role
    files = [*folder.glob("vars/**/*.yml"), *folder.glob("defaults/**/*.yml")]
    values = {name: str(value) for path in files for name, value in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items()}
    # In code: what a variable names by way of others is not followed further than two of them.
    asking = {name for name, value in values.items() if " is file" in value or re.search(r"(lookup|query)\('ansible.builtin.file', (?!role_path|\*)", value)}
    asking |= {name for name, value in values.items() if any(re.search(rf"\b{one}\b", value) for one in asking)}
    for path in folder.glob("tasks/validate*.yml"):
        code = "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#"))
        found = [name for name in sorted(asking) if re.search(rf"\b{name}\b", code)] + re.findall(r" is (?:file|exists|directory)\b", code)
        assert not found or path.name == "validate_files.yml", f"{role}: {path.name} looks at files of the control node by {found}"


def test_every_role_is_validated_first():
    """playbooks/validate.yml names every role, so that no value is looked at only half way through."""
    text = (ROOT / "playbooks" / "validate.yml").read_text(encoding="utf-8")
    missing = [role for role in ROLES if not re.search(rf"\b{role}\b", text)]
    assert not missing


def test_no_seat_waits_for_another():
    """site.yml has the roles of the four playbooks in one play, in their order; each of these plays lets every seat go on by itself."""
    def play(path):
        return next(one for one in yaml.safe_load((ROOT / path).read_text(encoding="utf-8")) if "roles" in one)

    def imported(task):
        """Return a task as it would stand below roles. The first play has validated the variables."""
        role = task["ansible.builtin.import_role"]
        assert {key: value for key, value in role.items() if key != "name"} == {"tasks_from": "phases", "rolespec_validate": False}
        return dict({key: value for key, value in task.items() if key in ("tags", "when")}, role=role["name"])

    parts = [play(f"playbooks/{name}.yml") for name in ("provision", "cluster", "workshop", "verify")]
    first, whole = yaml.safe_load((ROOT / "site.yml").read_text(encoding="utf-8"))[:2]
    assert first["ansible.builtin.import_playbook"] == "playbooks/validate.yml"
    assert [imported(task) for task in whole["tasks"]] == [role for part in parts for role in part["roles"]]
    assert all(one["strategy"] == "free" for one in [whole, *parts])


def test_every_installation_waits_for_the_package_lock():
    """Each play with a role that installs or removes packages waits for apt's lock as long as site.yml does: defaults of a module are not inherited."""
    texts = {role: "".join(path.read_text(encoding="utf-8") for path in (ROOT / "roles" / role).glob("tasks/**/*.yml")) for role in ROLES}
    installing = {"driver"} | {role for role, text in texts.items() if re.search(r"ansible\.builtin\.apt:|name: (artifact|brought)\b", text)}
    (wanted,) = [play["module_defaults"] for play in of_playbook(ROOT / "site.yml") if "module_defaults" in play]
    wrong, right = [], []
    for path in PLAYBOOKS:
        for play in yaml.safe_load(path.read_text(encoding="utf-8")):
            brought = [task.get(f"ansible.builtin.{how}_role", {}) for task in tasks(play.get("tasks")) for how in ("import", "include")]
            whole = {role.get("role") for role in play.get("roles", [])} | {one.get("name") for one in brought if one.get("tasks_from", "phases") == "phases"}
            if whole & installing:
                (right if play.get("module_defaults") == wanted else wrong).append(f"{short(path)}: {play['name']}")
    assert not wrong
    assert len(right) > 6 and {"cluster", "kvm2", "virtualbox", "kubectl", "mirror", "pull", "origin"} <= installing, "this test would notice nothing"


def test_no_task_hides_an_error():
    """ignore_errors hides causes; no_log stands only where a secret does."""
    hiding = [f"{where}: {task['name']}" for where, task in everything() if "ignore_errors" in task]
    silent = [
        f"{where}: {task['name']}"
        for where, task in everything()
        if task.get("no_log") and not SECRET.search(f"{where} {task['name']}")
    ]
    assert not hiding + silent


def test_files_fit_a_screen():
    """A file that needs scrolling is two files."""
    assert not [
        short(path) for path in [*TASK_FILES, *PLAYBOOKS] if len(path.read_text(encoding="utf-8").splitlines()) > 130
    ]
