"""The command line, answering early whatever the package was installed from. Started by tests."""

import gc
import sys

from saleshandy_mcp.opening.answers import answers, recorded
from saleshandy_mcp.opening.early_answers import begin
from saleshandy_mcp.opening.start import selection

if __name__ == "__main__":
    gc.disable()
    early = begin(answers(recorded(), selection(sys.argv[1:], {}) or ""))
    from saleshandy_mcp.cli import cli

    cli.main(args=sys.argv[1:], obj=early)
