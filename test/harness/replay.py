"""Makes a database out of a mirror with psql alone, as its files say: what `-- needs:` names comes first, the part after
`-- Once everything else exists:` comes when all first parts have run."""

import os

from . import program, server, tap

LATER = "\n-- Once everything else exists:\n"


def read(folder):
    files = {}
    for top, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(top, name)
            if name.endswith(".sql"):
                with open(path, encoding="utf-8") as text:
                    files[os.path.relpath(path, folder)] = text.read()
    return files


def header(text):
    lines = []
    for line in text.split("\n"):
        if not line.startswith("-- "):
            break
        lines.append(line)
    return lines


def order(files):
    done = []

    def visit(path, above=()):
        tap.check(path in files, f"{path} is needed and not there")
        tap.check(path not in above, f"{path} needs itself: {above}")
        if path in done:
            return
        for line in header(files[path]):
            if line.startswith("-- needs: "):
                visit(line.removeprefix("-- needs: "), (*above, path))
        done.append(path)

    for path in sorted(files, key=lambda path: (not path.endswith("/schema.sql"), path != "database.sql",
                                               not path.startswith("database.d/"), path)):
        visit(path)
    return done


def script(folder):
    """The SQL of the whole folder."""
    files = read(folder)
    first, later = [], []
    for path in order(files):
        parts = [files[path]] if "/functions/" in path else files[path].split(LATER, 1)
        first.append(f"\\echo {path}\n{parts[0]}")
        later += [f"\\echo {path} later\n{part}" for part in parts[1:]]
    roles = sorted({line.removeprefix("-- role: ") for text in files.values() for line in header(text)
                    if line.startswith("-- role: ")})
    make = "".join(f"""do $do$ begin if not exists (select from pg_roles where rolname = {server.quote_literal(role)}) then
        execute format('create role %I', {server.quote_literal(role)}); end if; end $do$;\n""" for role in roles)
    return "\n".join(["begin;", "set local check_function_bodies = off;", make, *first, *later, "commit;"])


def replay(host, folder, database):
    """Into a new database on `host`, as superuser."""
    host.sql(f'create database "{database}" template template0')
    done = program.run([server.client("psql"), "-Xq", "-v", "ON_ERROR_STOP=1", "-d", host.url(database), "-f", "-"],
                       stdin=script(folder).encode())
    tap.check(done.status == 0, f"replaying stopped after {done.out.splitlines()[-1:]}: {done.err[-2000:]}")
