"""``python -m bot`` and the ``settledesk`` command."""

from __future__ import annotations

import sys

from bot.cli import app
from bot.settings import SettingsError


def main() -> None:
    """Run the command line; a wrong setting is said plainly, without a traceback."""
    try:
        app()
    except SettingsError as error:
        sys.stderr.write(f"settledesk: {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
