"""Gives the build what follows from the facts on the package: its README for an index, and its addresses."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class FactsHook(MetadataHookInterface):
    """Fills the fields that pyproject.toml calls dynamic."""

    def update(self, metadata: dict[str, Any]) -> None:
        root = Path(self.root)
        facts = runpy.run_path(str(root / "saleshandy_mcp" / "client_settings" / "package.py"))
        page = runpy.run_path(str(root / "manifests" / "releasing" / "index_page.py"))
        readme = (root / "README.md").read_text(encoding="utf-8")
        text = page["index_page"](readme, facts["NAME"], facts["REPOSITORY"])
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        metadata["urls"] = page["project_urls"](facts["REPOSITORY"])
