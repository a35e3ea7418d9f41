"""Every module's pgTAP tests, in a database with one role and in one where table owner and function owner are apart.

`daybook test` does it, and prints TAP itself; it also fails what changes state without an event. DAYBOOK_TEST_PGTAP names
pgTAP's SQL file for servers (DAYBOOK_TEST_PG_BIN) that come without the extension.
"""

import os
import subprocess
import sys

from harness import program, server

pgtap = os.environ.get("DAYBOOK_TEST_PGTAP")
sys.exit(subprocess.run([program.DAYBOOK, "test", "--pg-bin", server.bin_folder(), *(["--pgtap", pgtap] if pgtap else [])],
                        cwd=program.SOURCE, env=program.clean_env(), check=False).returncode)
