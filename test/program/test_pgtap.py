"""Every module's pgTAP tests, in a database with one role and in one where table owner and function owner are apart.

`daybook test` does it, and prints TAP itself; it also fails what changes state without an event. How long a statement may take is
for the runner to say, whose limit is for hangs.
"""

import subprocess
import sys

from harness import program

sys.exit(subprocess.run([program.DAYBOOK, "test", "--timeout", "10m"], cwd=program.SOURCE, env=program.clean_env(), check=False).returncode)
