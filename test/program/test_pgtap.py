"""Every module's pgTAP tests, in a database with one role and in one where table owner and function owner are apart."""

import glob
import os
import re

from harness import program, server, tap

files = sorted(glob.glob(os.path.join(program.SOURCE, "modules", "*", "tests", "*.sql")))
host = server.Server()
urls = {}
for mode, roles in (("one role", False), ("two roles", True)):
    name = "tap_" + mode.replace(" ", "_")
    urls[mode] = host.database(name, roles=roles)
    host.sql("create extension pgtap", name)
    program.daybook("migrate", "apply", "--url", urls[mode], "--profile", "full", "--quiet").ok()


def run_file(path, url):
    """One TAP point for each assertion is folded into this file's one, with the failed ones shown."""
    with open(path, "rb") as text:
        done = program.run(
            [os.path.join(server.bin_folder(), "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", "-"],
            stdin=b"set search_path = public, pg_catalog;\n" + text.read())
    points = re.findall(r"^(not )?ok \d+", done.out, re.MULTILINE)
    plan = re.search(r"^1\.\.(\d+)", done.out, re.MULTILINE)
    tap.check(done.status == 0, f"psql ended with {done.status}:\n{done.err}\n{done.out[-2000:]}")
    tap.check(plan and int(plan.group(1)) > 0, f"no plan:\n{done.out}{done.err}")
    tap.equal(len(points), int(plan.group(1)), "assertions that ran")
    failed = [line for line in done.out.splitlines() if not re.match(r"^ok \d+", line)]
    tap.check(not any(points), "\n".join(failed))
    skips = re.findall(r"^ok \d+.*# SKIP (.*)$", done.out, re.MULTILINE)
    if skips and len(skips) == len(points):
        tap.skip(skips[0])


for path in files:
    for mode, url in urls.items():
        tap.test(f"{os.path.relpath(path, program.SOURCE)} with {mode}")(lambda path=path, url=url: run_file(path, url))

tap.main()
