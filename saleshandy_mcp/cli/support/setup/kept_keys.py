"""Keys in the system's keyring: Keychain, Credential Locker, Secret Service. Their library is loaded late.

A file of names in the data folder says which keys are kept, so that a keyring that was never used is not opened:
opening one may ask a person for a password. It holds no key.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import SecretStr

from saleshandy_mcp.store.sqlite_file import private_file

if TYPE_CHECKING:
    from types import ModuleType

_SERVICE = "saleshandy-mcp"
_NAMES = "keyring"


def kept_key(folder: Path, name: str) -> SecretStr | None:
    """The key that ``login`` has kept; None when there is none.

    Raises:
        click.ClickException: when the keyring cannot be used.
    """
    if name not in _names(folder):
        return None
    keyring, errors = _library()
    try:
        key = keyring.get_password(_SERVICE, name)
    except errors.KeyringError as error:
        raise _trouble(name, error) from None
    return SecretStr(key) if key else None


def is_kept(folder: Path, name: str) -> bool:
    """Whether ``login`` has kept this key. The keyring is not opened."""
    return name in _names(folder)


def keep_key(folder: Path, name: str, key: SecretStr) -> str:
    """Put a key into the keyring, and return the name of the keyring.

    Raises:
        click.ClickException: when the keyring cannot be used.
    """
    keyring, errors = _library()
    try:
        keyring.set_password(_SERVICE, name, key.get_secret_value())
    except errors.KeyringError as error:
        raise _trouble(name, error) from None
    _write(folder, _names(folder) | {name})
    return str(keyring.get_keyring().name)


def forget_key(folder: Path, name: str) -> bool:
    """Take a key out of the keyring; False when none was kept.

    Raises:
        click.ClickException: when the keyring cannot be used.
    """
    if name not in _names(folder):
        return False
    keyring, errors = _library()
    try:
        keyring.delete_password(_SERVICE, name)
    except errors.PasswordDeleteError:
        pass  # it was taken out by other means
    except errors.KeyringError as error:
        raise _trouble(name, error) from None
    _write(folder, _names(folder) - {name})
    return True


def _library() -> "tuple[ModuleType, ModuleType]":
    try:
        import keyring  # noqa: PLC0415 - an extra, and only for those who have a key there
        from keyring import errors  # noqa: PLC0415 - the same
    except ImportError:
        raise click.ClickException(
            "the library that reaches the keyring of the system is not installed: pip install keyring "
            "(with pipx: pipx inject saleshandy-mcp keyring)"
        ) from None
    return keyring, errors


def _trouble(name: str, error: Exception) -> click.ClickException:
    return click.ClickException(
        f"the keyring of this system cannot be used ({type(error).__name__}). Put the key into a file that only you "
        f"can read, and set {name}_FILE to its path."
    )


def _names(folder: Path) -> set[str]:
    try:
        return set((folder / _NAMES).read_text(encoding="utf-8").split())
    except OSError:
        return set()


def _write(folder: Path, names: set[str]) -> None:
    private_file(folder / _NAMES).write_text("".join(f"{it}\n" for it in sorted(names)), encoding="utf-8")
