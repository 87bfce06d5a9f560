"""``python -m bot`` and the ``settledesk`` command."""

from __future__ import annotations

import sys

from bot.cli import app_for
from bot.settings import SettingsError


def main() -> None:
    """Run the command line; a wrong setting is said plainly, without a traceback."""
    try:
        app_for(sys.argv[1] if len(sys.argv) > 1 else None)()
    except SettingsError as error:
        sys.stderr.write(f"settledesk: {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
