"""The scripts that let a shell complete this command, and what bash needs beyond click's own."""

import click
from click.shell_completion import BashComplete, CompletionItem, get_completion_class

PROGRAM = "saleshandy-mcp"
_VARIABLE = "_SALESHANDY_MCP_COMPLETE"
_SPECIAL = frozenset(" \t\"'\\$`&|;<>()[]{}*?!#~")
_REPLY = "COMPREPLY+=($value)"
_LITERAL_REPLY = 'COMPREPLY+=("$value")\n            [[ $value == *= ]] && compopt -o nospace'


class Bash(BashComplete):
    """Titles with blanks are quoted, which bash leaves to whoever completes; no blank comes after ``name=``."""

    source_template = BashComplete.source_template.replace(_REPLY, _LITERAL_REPLY).replace(
        "IFS=',' read ", "IFS=',' read -r "
    )

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words so far, and the one to complete. Bash hands ``name=value`` over as three words."""
        words, typed = super().get_completion_args()
        joined: list[str] = []
        for word in [*words, typed]:
            if joined and (word == "=" or joined[-1].endswith("=")):
                joined[-1] += word
            else:
                joined.append(word)
        return joined[:-1], joined[-1]

    def format_completion(self, item: CompletionItem) -> str:
        """The word as bash puts it on the line. It knows only the part behind ``=``, so only that is given."""
        _, equals, value = item.value.partition("=")
        text = value if equals and value else item.value
        quoted = "".join("\\" + sign if sign in _SPECIAL else sign for sign in text)
        return f"{item.type},{quoted}"


def run(shell: str) -> None:
    """Print the script of a shell."""
    cli = click.get_current_context().find_root().command
    completion = get_completion_class(shell)
    if completion:
        click.echo(completion(cli, {}, PROGRAM, _VARIABLE).source())
