"""What CI refuses about the source itself, so that review can be about the thought and not the form."""

import os
import re
import shutil
import subprocess

from harness import program, tap

LAYERS = ["core", "pg", "pgquery", "sqlite", "http", "httpd", "nats", "parquet", "book", "schema", "bus", "webhooks", "jobs", "market", "ops", "simulate", "cmd"]
# Capabilities that use another's public header.
BESIDES = {("webhooks", "bus"), ("ops", "schema"), ("simulate", "book"), ("simulate", "schema"), ("simulate", "ops")}
OUTSIDE = {"libpq-fe.h": "pg", "pg_query.h": "pgquery", "zip.h": "market", "zlib.h": "market", "sqlite3.h": "sqlite", "curl/curl.h": "http", "microhttpd.h": "httpd", "nats.h": "nats", "nats/nats.h": "nats",
           "ini.h": "core", "jansson.h": "core", "openssl/evp.h": "core", "gmp.h": "core"}
BANNED = ["strcpy", "strcat", "sprintf", "vsprintf", "strtok", "atoi", "atol", "atof", "gets", "system", "popen", "alloca"]


def files(*suffixes, under=("src", "include", "examples", "test/unit", "test/program/fixtures", "test/fault/fixtures", "bench")):
    found = []
    for top in under:
        for folder, _, names in os.walk(os.path.join(program.SOURCE, top)):
            found += [os.path.join(folder, name) for name in names if name.endswith(suffixes)]
    return sorted(found)


def read(path):
    with open(path, encoding="utf-8") as text:
        return text.read()


def code_only(text):
    """Without comments and string contents."""
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.DOTALL)
    text = re.sub(r"//[^\n]*", "", text)
    return re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', text)


def report(problems):
    tap.check(not problems, "\n".join(problems))


def short(path):
    return os.path.relpath(path, program.SOURCE)


@tap.test("every C file is formatted as .clang-format says")
def _():
    if not shutil.which("clang-format"):
        tap.skip("clang-format is not installed")
    done = subprocess.run(["clang-format", "--dry-run", *files(".c", ".h")], capture_output=True, text=True, check=False)
    report(sorted({line.split(":")[0] for line in done.stderr.splitlines() if "warning:" in line}))


@tap.test("arrows point down: a folder includes only itself and the layers below")
def _():
    problems = []
    for path in files(".c", ".h", under=("src",)):
        layer = short(path).split(os.sep)[1]
        for included in re.findall(r'^#include "([a-z_]+)/', read(path), re.MULTILINE):
            if included not in LAYERS or layer not in LAYERS:
                problems.append(f"{short(path)}: {included} is no layer")
            elif LAYERS.index(included) > LAYERS.index(layer):
                problems.append(f"{short(path)}: {layer} includes {included}")
            elif included not in ("core", "pg", "pgquery", "sqlite", "http", "httpd", "nats", "parquet") and included != layer and layer != "cmd" and (layer, included) not in BESIDES:
                problems.append(f"{short(path)}: capability {layer} reaches into {included}")
    report(problems)


@tap.test("the reference book shares nothing with the book: it knows the core, the requests of the public header, and itself")
def _():
    problems = []
    for path in files(".c", ".h", under=("src/simulate",)):
        if os.path.basename(path).startswith(("reference", "history", "answer", "market", "dice")):
            for included in re.findall(r'^#include "([^"]+)"', read(path), re.MULTILINE):
                if included != "daybook.h" and not included.startswith(("core/", "simulate/")):
                    problems.append(f"{short(path)}: {included}")
    report(problems)


@tap.test("each outside system is known to one folder")
def _():
    problems = []
    for path in files(".c", ".h", under=("src",)):
        layer = short(path).split(os.sep)[1]
        for header, owner in OUTSIDE.items():
            if re.search(rf"^#include <{re.escape(header)}>", read(path), re.MULTILINE) and layer != owner:
                problems.append(f"{short(path)}: <{header}> belongs to src/{owner}")
    report(problems)


@tap.test("examples use only the public header")
def _():
    report([f"{short(path)}: {name}" for path in files(".c", ".h", under=("examples",))
            for name in re.findall(r'^#include "([^"]+)"', read(path), re.MULTILINE)
            if name != "daybook.h" and not os.path.exists(os.path.join(os.path.dirname(path), name))])


@tap.test("no banned call, and the heap is touched only in src/core/mem.c")
def _():
    problems = []
    for path in files(".c", ".h", under=("src", "examples")):
        code = code_only(read(path))
        banned = BANNED + ([] if path.endswith("src/core/mem.c") or "/examples/" in path
                           else ["malloc", "calloc", "realloc", "free", "strdup"])
        for name in banned:
            for match in re.finditer(rf"(?<![\w.>]){name}\s*\(", code):
                problems.append(f"{short(path)}:{code[:match.start()].count(chr(10)) + 1}: {name}")
    report(problems)


@tap.test("every header compiles alone")
def _():
    problems = []
    flags = subprocess.run(["pkg-config", "--cflags", "libpq", "jansson"], capture_output=True, text=True, check=True).stdout.split()
    for path in files(".h", under=("src", "include")):
        done = subprocess.run(["cc", "-std=gnu11", "-D_GNU_SOURCE", "-fsyntax-only", "-Wall", "-Wextra", "-x", "c", "-include", path,
                               "-I", os.path.join(program.SOURCE, "src"), "-I", os.path.join(program.SOURCE, "include"),
                               *flags, os.devnull], capture_output=True, text=True, check=False)
        if done.returncode or done.stderr:
            problems.append(f"{short(path)}: {done.stderr.splitlines()[0] if done.stderr else 'fails'}")
    report(problems)


@tap.test("the public header is C++ too")
def _():
    if shutil.which("c++") is None:
        tap.skip("no C++ compiler")
    done = subprocess.run(["c++", "-fsyntax-only", "-Wall", "-Wextra", "-x", "c++",
                           os.path.join(program.SOURCE, "include", "daybook.h")], capture_output=True, text=True, check=False)
    tap.equal(done.stderr, "")


@tap.test("SQL files name no role and grant nothing: roles are the runner's")
def _():
    problems = []
    for path in files(".sql", under=("modules",)):
        if f"{os.sep}tests{os.sep}" in path:
            continue
        text = re.sub(r"--[^\n]*", "", read(path)).lower()
        text = re.sub(r"'(?:[^']|'')*'", "''", text)
        for pattern in (r"^\s*grant\s", r"^\s*revoke\s", r"owner\s+to\s", r"set\s+(local\s+)?role\s"):
            if re.search(pattern, text, re.MULTILINE):
                problems.append(f"{short(path)}: {pattern}")
    report(problems)


tap.main()
