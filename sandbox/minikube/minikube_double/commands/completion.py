"""completion: a bash script made from the list of commands."""

from minikube_double import commandlist
from minikube_double.errors import Usage


def run(settings):
    """Print the script for bash."""
    from minikube_double import out

    if len(settings.args) != 1:
        raise Usage("Usage: minikube completion SHELL")
    if settings.args[0] != "bash":
        raise Usage("Sorry, completion support is not yet implemented for \"%s\"" % settings.args[0])
    top = sorted(c.path for c in commandlist.COMMANDS.values() if " " not in c.path)
    cases = ""
    for name in top:
        below = sorted(c.path.split()[1] for c in commandlist.COMMANDS.values() if c.path.startswith(name + " "))
        flags = sorted("--" + f.name for f in commandlist.COMMANDS[name].flags + commandlist.GLOBAL)
        cases += "        %s) words=\"%s\" ;;\n" % (name, " ".join(below + flags))
    out.raw(_SCRIPT % (" ".join(top), cases))


_SCRIPT = """# bash completion for minikube                             -*- shell-script -*-
__start_minikube()
{
    local cur words
    COMPREPLY=()
    cur="${COMP_WORDS[COMP_CWORD]}"
    words="%s"
    if [ "$COMP_CWORD" -gt 1 ]; then
        case "${COMP_WORDS[1]}" in
%s        esac
    fi
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$words" -- "$cur")
}

if [[ $(type -t compopt) = "builtin" ]]; then
    complete -o default -F __start_minikube minikube
else
    complete -o default -o nospace -F __start_minikube minikube
fi
"""
