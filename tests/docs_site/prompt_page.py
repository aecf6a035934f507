"""The page of prompts, made from the prompts themselves."""

from saleshandy_mcp.server.prompts.job import Argument, Job, jobs, tools_in

HEAD = """\
# Prompts

Whole jobs by name. A prompt gives the assistant the steps with their tools, what to ask you, and what to leave
alone. You start it from your client's menu of prompts; in Claude Code by `/mcp__saleshandy__` and its name. Clients
that show no prompts lose nothing but the text: say the same in your own words, as in [jobs](jobs.md).

- **What you give** is completed while you type, where the client asks for that: titles, senders, domains, lists and
  stages of your account, and names of files in your folder. This only reads, and tells no more than the tools of
  the session do. Of senders the first hundred are told.
- **A value is data.** It stands between marks below the steps, on one line and without hidden characters. One that
  is too long is refused. Claude Code 2.1.197 cuts what you type after the name at each blank, also between
  quotation marks, and takes the words one by one for the arguments: give none, and say the rest in the chat, or use
  the skill.
- **Only with your tools.** A step whose tool this server does not offer ([choosing](choosing.md)) is left out, and
  a prompt without its main tools is not listed. The one for the CRM needs [a CRM](crm.md).
- **A prompt is no safeguard.** It says what a careful colleague would do. What can reach people, cost credits or
  lose data asks you by code, with a prompt or without ([safety](safety.md)).

The plugin for Claude Code (`claude --plugin-dir .` in a clone) brings the same texts as skills, such as
`/saleshandy:launch-campaign`; they are made from the same files, and stand in `manifests/skills`. Claude Code
2.1.197 counts about 310 tokens for the names and descriptions of all of them together in each session, and a text
when its skill is used. A test runs each prompt against the sandbox, with exactly the tools that it names, in their
order.
"""


def page() -> str:
    """The page in Markdown."""
    rows = [f"| [{job.title}](#{_anchor(job)}) | `{job.name}` | {job.description} |" for job in jobs()]
    table = "\n".join(["| job | prompt | what comes of it |", "|---|---|---|", *rows])
    return "\n".join([HEAD, f"{table}\n", *map(_section, jobs())]).rstrip() + "\n"


def _anchor(job: Job) -> str:
    return job.title.lower().replace(" ", "-")


def _section(job: Job) -> str:
    arguments = "\n".join(_argument(it) for it in job.arguments)
    tools = ", ".join(f"`{it}`" for it in tools_in(job.text))
    return f"## {job.title}\n\n{arguments}\n\nTools: {tools}\n\n````text\n{job.text}\n````\n"


def _argument(it: Argument) -> str:
    completed = f" (completed from {it.completes})" if it.completes else ""
    return f"- `{it.name}`{completed}: {it.description}"
