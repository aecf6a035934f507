"""Whether another process on this machine is still running."""

import os
import sys

_QUERY = 0x1000
"""PROCESS_QUERY_LIMITED_INFORMATION of Windows: the least that one process may ask about another."""
_STILL_ACTIVE = 259
_ACCESS_DENIED = 5


def is_alive(process: int) -> bool:
    """Whether a process with this number runs. What cannot be found out counts as yes."""
    if process == os.getpid():
        return True
    if sys.platform == "win32":
        return _is_alive_on_windows(process)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


if sys.platform == "win32":

    def _is_alive_on_windows(process: int) -> bool:
        """Ask the system. Signal 0 must not be used there: it ends the process."""
        import ctypes  # noqa: PLC0415 - there alone

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        handle = kernel.OpenProcess(_QUERY, False, process)  # noqa: FBT003 - the system's signature
        if not handle:
            return ctypes.get_last_error() == _ACCESS_DENIED
        code = ctypes.c_ulong()
        known = kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return not known or code.value == _STILL_ACTIVE
