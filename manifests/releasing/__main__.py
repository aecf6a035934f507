"""``make package``: sdist, wheel, bundle and what belongs to them, built into dist/ and checked by their own tools."""

# T201: what it says on stdout is what it is for.
# ruff: noqa: T201

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from manifests.releasing.bundle import ENTRY, START, manifest, project
from manifests.releasing.registry_entry import server_json
from saleshandy_mcp import __version__
from saleshandy_mcp.client_settings.package import NAME, PUBLISHED, REPOSITORY
from saleshandy_mcp.server.tools.registry import EVERYDAY

ROOT = Path(__file__).parents[2]
DIST = ROOT / "dist"
MOST_BYTES = 2_000_000
"""A wheel has to be smaller."""
_MCPB = "@anthropic-ai/mcpb@2.1.2"
_LONG = (
    "Build sequences, import leads and see what happened to each row, start and pause, answer replies, read "
    "statistics. "
    "An independent project, not made or endorsed by Saleshandy."
)


def main() -> int:
    shutil.rmtree(DIST, ignore_errors=True)
    _run(sys.executable, "-m", "build", "--outdir", str(DIST), str(ROOT))
    wheel, sdist = next(DIST.glob("*.whl")), next(DIST.glob("*.tar.gz"))
    _run(sys.executable, "-m", "twine", "check", "--strict", str(wheel), str(sdist))
    _run("check-wheel-contents", str(wheel))
    if wheel.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{wheel.name} has {wheel.stat().st_size:,} bytes, more than {MOST_BYTES:,}")
    told = [_size(sdist), _size(wheel), _bundle(wheel), _registry()]
    print(*told, sep="\n")
    return 0


def write_bundle(folder: Path, wheel: Path) -> None:
    """Puts what the bundle consists of into an empty folder: wheel, picture, manifest, project and start."""
    shutil.copy(wheel, folder)
    shutil.copy(Path(__file__).with_name("icon.png"), folder)
    tools = [(tool.name, (tool.action.__doc__ or "").strip().partition(".")[0] + ".") for tool in EVERYDAY]
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    for name, text in {
        "manifest.json": manifest(__version__, _LONG, tools),
        "pyproject.toml": project(__version__, wheel.name, pins),
        ENTRY: START,
    }.items():
        (folder / name).write_text(text, encoding="utf-8")


def _bundle(wheel: Path) -> str:
    folder = DIST / "bundle"
    folder.mkdir()
    write_bundle(folder, wheel)
    npx = shutil.which("npx")
    if npx is None:
        return f"NOT PACKED: the bundle in {folder.relative_to(ROOT)}: its tool {_MCPB} needs npm"
    packed = DIST / f"{NAME}-{__version__}.mcpb"
    _run(npx, "--yes", _MCPB, "validate", str(folder / "manifest.json"))
    _run(npx, "--yes", _MCPB, "pack", str(folder), str(packed))
    with zipfile.ZipFile(packed) as bundle:
        if wheel.name not in bundle.namelist():
            raise SystemExit(f"{packed.name} lacks {wheel.name}")
    return _size(packed)


def _registry() -> str:
    text = server_json(NAME, __version__, REPOSITORY, published=PUBLISHED)
    if text is None:
        return "NOT WRITTEN: server.json. The registry wants a public repository and a package on the index."
    (DIST / "server.json").write_text(text, encoding="utf-8")
    return _size(DIST / "server.json")


def _size(path: Path) -> str:
    return f"{path.stat().st_size:>9,} bytes  {path.relative_to(ROOT)}"


def _run(*command: str) -> None:
    found = shutil.which(command[0], path=str(Path(sys.executable).parent)) or command[0]
    ran = subprocess.run([found, *command[1:]], capture_output=True, text=True, check=False)  # noqa: S603 - tools of ours
    if ran.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{ran.stdout}{ran.stderr}")
    last = (ran.stdout.strip() or ran.stderr.strip()).splitlines()[-1:]
    print(
        f"ok  {Path(command[0]).name} {' '.join(it for it in command[1:] if not it.startswith('/'))}: {''.join(last)}"
    )


if __name__ == "__main__":
    sys.exit(main())
