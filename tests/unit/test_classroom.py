"""tools/classroom.py: a teacher's list becomes an inventory that Ansible reads, and what cannot be meant is refused with its line."""

import json
import pathlib
import subprocess
import sys

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import classroom  # noqa: E402  (a program beside the collection, no package)

PLAIN = "name,address,room,cluster_memory_mb\nseat01,10.1.0.11,Lab 3.14,\nseat02,10.1.0.12,Lab 3.14,4000\nteacher,,,\n"
WANTED = {"seats": {"hosts": {"teacher": {}}, "children": {"room_lab_3_14": {"hosts": {
    "seat01": {"ansible_host": "10.1.0.11"}, "seat02": {"ansible_host": "10.1.0.12", "cluster_memory_mb": 4000}}}}}}


def made(data):
    """Return the inventory of a file's bytes."""
    return classroom.inventory(classroom.seats(classroom.rows(classroom.text_of(data), classroom.variables())))


@pytest.mark.parametrize("data", [
    PLAIN.encode(),
    ("\ufeff" + PLAIN.replace(",", ";").replace("\n", "\r\n")).encode(),
    PLAIN.replace(",", "\t").encode(),
    PLAIN.replace("\n", " \n\n ,,,\n").encode(),
    ("Name,Address,ROOM,cluster_memory_mb,,\n" + PLAIN.split("\n", 1)[1].replace(",4000", ',"4000",,')).encode(),
], ids=["plain", "spreadsheet", "tabulators", "blank lines", "empty columns"])
def test_lists(data):
    """As spreadsheets and people write them."""
    assert made(data) == WANTED


def test_values_are_those_of_yaml():
    """Numbers, lists, and text that only looks like a number."""
    found = made(b'name,workshop_exercises,kubectl_version,user\nseat1,"[""2.04"", activity]",v1.16.2,admin\n')
    assert found["seats"]["hosts"]["seat1"] == {"workshop_exercises": ["2.04", "activity"], "kubectl_version": "v1.16.2", "ansible_user": "admin"}


def test_ansi():
    """What Windows saves without being asked."""
    assert list(made("name;room\nseat1;Büro\n".encode("cp1252"))["seats"]["children"]) == ["room_b_ro"]


@pytest.mark.parametrize(("text", "words"), [
    ("", "the list is empty"),
    ("\n\n", "the list is empty"),
    ("host,room\na,b\n", "one of them name; it is host, room"),
    ("name\n", "names no machine"),
    ("name,cluster_memory\na,1\n", "column cluster_memory is neither name, address, room, user nor a variable of a role; did you mean cluster_memory_mb?"),
    ("name,name\na,b\n", "column name stands twice"),
    ("name,,room\na,b,c\n", "column (without a name)"),
    ("name\nseat 1\n", "line 2: name is 'seat 1'"),
    ("name\n=cmd()\n", "line 2: name is '=cmd()'"),
    ("name\nseat1\nseat2\nSEAT1\n", "line 4: name SEAT1 stands in line 2 already"),
    ("name,address\na,10.0.0.1\nb,10.0.0.1\n", "line 3: address 10.0.0.1 stands in line 2 already"),
    ("name,address\na,10.0.0.1:22\n", "without a port"),
    ("name,user\na,Admin\n", "user is 'Admin'"),
    ("name,room\na,1,2\n", "line 2 has 3 fields, and there are 2 columns"),
    ("name,workshop_exercises\na,[2.04\n", "line 2 has"),
    ("name;workshop_exercises\na;[2.04\n", "line 2: workshop_exercises is '[2.04', which is no YAML value"),
    ("name,room\na,Lab 1\nb,Lab-1\n", "would both be the group room_lab_1"),
])
def test_refused(text, words):
    """In one sentence, with the line."""
    if words == "line 2 has":
        text = text.replace("[2.04", "[2.04,2.05]")
    with pytest.raises(classroom.Refused) as error:
        made(text.encode())
    assert words in str(error.value)


@pytest.mark.parametrize(("pattern", "words"), [
    ("seat[01:30][1:2]", "one range"), ("seat [01:30]", "one range"), ("seat[30:01]", "must rise"), ("seat[01:100]", "as many digits")])
def test_patterns_that_are_refused(pattern, words):
    """Ansible would take some of them for something else."""
    with pytest.raises(classroom.Refused) as error:
        classroom.of_pattern(pattern)
    assert words in str(error.value)


def program(*arguments):
    """Run the program."""
    return subprocess.run([sys.executable, ROOT / "tools/classroom.py", *arguments], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


def listed(folder):
    """Return what Ansible reads."""
    done = subprocess.run([pathlib.Path(sys.executable).with_name("ansible-inventory"), "-i", folder, "--list"], cwd=ROOT, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_ansible_reads_it(tmp_path):
    """Rooms are groups, the class's variables are there, and a second time nothing is overwritten."""
    table, folder = tmp_path / "class.csv", tmp_path / "monday"
    table.write_text(PLAIN)
    done = program(table, folder)
    assert done.returncode == 0 and f"ansible-playbook -i {folder}" in done.stdout, done
    found = listed(folder)
    assert sorted(found["room_lab_3_14"]["hosts"]) == ["seat01", "seat02"]
    assert found["_meta"]["hostvars"]["seat02"]["cluster_memory_mb"] == 4000 and found["_meta"]["hostvars"]["seat01"]["cluster_memory_mb"] == 2000
    (folder / "group_vars/seats.yml").write_text("cluster_cpus: 4\n")
    done = program(table, folder)
    assert done.returncode == 1 and done.stderr == f"classroom.py: {table}: {folder}/hosts.yml is there already; --force replaces it\n", done
    assert program(table, folder, "--force").returncode == 0
    assert (folder / "group_vars/seats.yml").read_text() == "cluster_cpus: 4\n", "the teacher's own variables were overwritten"


def test_pattern(tmp_path):
    """Thirty machines of one line."""
    done = program("seat[01:30].lab.example.org", tmp_path / "monday")
    assert done.returncode == 0, done
    names = listed(tmp_path / "monday")["seats"]["hosts"]
    assert "proxy_http" in listed(tmp_path / "monday")["_meta"]["hostvars"][names[0]]
    assert len(names) == 30 and names[0] == "seat01.lab.example.org" and names[-1] == "seat30.lab.example.org"


def test_a_list_that_is_not_there(tmp_path):
    """Named, without a traceback."""
    done = program(tmp_path / "nowhere.csv", tmp_path / "monday")
    assert done.returncode == 1 and "nowhere.csv" in done.stderr and "Traceback" not in done.stderr


def test_the_example_names_variables_that_exist():
    """A typing error there would be copied by every class."""
    example = {name for file in ("all", "seats") for name in yaml.safe_load((ROOT / f"inventories/classroom/group_vars/{file}.yml").read_text())}
    hosts = listed(ROOT / "inventories/classroom")["_meta"]["hostvars"]
    used = example | {name for values in hosts.values() for name in values}
    assert {name for name in used if not name.startswith("ansible_")} <= classroom.variables()


def test_the_example_has_what_a_class_needs(tmp_path):
    """Rooms, a mirror, exceptions of a room and of a seat; the password comes out of a vault where there is one, and is none where there is not."""
    found = listed(ROOT / "inventories/classroom")
    values = found["_meta"]["hostvars"]
    assert {"room_a", "room_b"} <= set(found["seats"]["children"]) and found["mirror"]["hosts"]
    assert values["seat16.lab.example.org"]["workshop_exercises"] != values["seat01.lab.example.org"]["workshop_exercises"]
    assert values["seat29.lab.example.org"]["cluster_driver"] == "none" and "cluster_driver" not in values["seat28.lab.example.org"]
    assert values["seat30.lab.example.org"]["cluster_memory_mb"] == 4000
    assert "proxy_http" in values["mirror.lab.example.org"] and "proxy_http" in values["seat01.lab.example.org"], "the mirror's host fetches by the proxy too"
    folder, key = tmp_path / "monday", tmp_path / "key"
    assert program("seat[1:2]", folder).returncode == 0
    key.write_text("key\n")
    programs = pathlib.Path(sys.executable).parent
    done = subprocess.run([programs / "ansible-vault", "encrypt_string", "--vault-password-file", key, "--stdin-name", "vault_k8suser_password_hash"],
                          input="$6$salt$hash", text=True, stdout=subprocess.PIPE, check=True)
    for more, wanted in (("", ""), (done.stdout, "$6$salt$hash")):
        with open(folder / "group_vars/seats.yml", "a") as file:
            file.write(more)
        said = subprocess.run([programs / "ansible", "seat1", "-i", folder, "--vault-password-file", key, "-m", "ansible.builtin.debug", "-a",
                               "msg=<{{ k8suser_password_hash }}>"], cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True).stdout
        assert f"<{wanted}>" in said, said


def test_a_fresh_mirror_is_made_reachable_too():
    """Its host key is as unknown as the seats', and playbooks/mirror.yml comes next."""
    done = subprocess.run([pathlib.Path(sys.executable).with_name("ansible-playbook"), "-i", ROOT / "inventories/classroom", "--list-hosts",
                           "playbooks/bootstrap.yml"], cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True)
    assert "mirror.lab.example.org" in done.stdout and "seat01.lab.example.org" in done.stdout
