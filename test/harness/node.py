"""The examples in TypeScript, compiled once for a test file."""

import os
import re
import shutil

from . import program, tap

ORIGIN = os.path.join(program.SOURCE, "examples", "node")
PACKAGES = os.path.join(program.SOURCE, ".deps", "examples", "node", "node_modules")
NODE_MAJOR = 20


def require_packages():
    """Skips where the examples cannot run at all."""
    found = shutil.which("node") and re.match(r"v(\d+)", program.run(["node", "--version"]).ok().out)
    if not found or int(found[1]) < NODE_MAJOR:
        tap.skip(f"Node.js {NODE_MAJOR} or newer is not installed")
    if not os.path.isdir(PACKAGES):
        tap.skip("the packages of examples/node are not there; `make deps` says why")


def built():
    """The folder of the compiled programs, in a copy of the examples, so that the checkout stays as it is."""
    require_packages()
    if not built.folder:
        folder = program.temporary_folder("dbk-node-")
        shutil.copytree(ORIGIN, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules", "dist"))
        os.symlink(PACKAGES, os.path.join(folder, "node_modules"))
        built.result = program.run(["node", "node_modules/typescript/bin/tsc"], cwd=folder)
        built.folder = folder
    built.result.ok()
    return os.path.join(built.folder, "dist")


built.folder = None
