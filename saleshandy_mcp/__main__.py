"""``python -m saleshandy_mcp`` and the command ``saleshandy-mcp``."""

import gc
import sys


def main() -> None:
    """Run the command line."""
    # Starting makes hundreds of thousands of objects that stay; looking through them for garbage costs a fifth of it.
    gc.disable()
    early = None
    if sys.argv[1:2] in ([], ["serve"]):
        from saleshandy_mcp.opening.early_answers import answer_early  # noqa: PLC0415 - for a server alone

        early = answer_early(sys.argv[1:])
    from saleshandy_mcp.cli import cli  # noqa: PLC0415 - only after the line above
    from saleshandy_mcp.cli.support.at_terminal.text_streams import make_printable  # noqa: PLC0415 - the same

    make_printable()

    # A bare start is what MCP clients do.
    cli.main(args=sys.argv[1:] or ["serve"], prog_name="saleshandy-mcp", obj=early)


if __name__ == "__main__":
    main()
