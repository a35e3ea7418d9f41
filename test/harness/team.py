"""A team's own modules: a folder, a database, and the verbs of `daybook migrate` on both."""

import os

from . import program

CONF = "[module]\nname = {name}\nsummary = a module of a team\nrequires = {requires}\nschemas = {schemas}\n{more}"


class Team:
    """A folder of modules and a database of its own; `pnl` is the module that is meant when none is named."""

    def __init__(self, host, database, roles=False):
        self.host = host
        self.folder = program.temporary_folder("dbk-mod-")
        self.name = database
        self.url = host.database(database, roles=roles)

    def write(self, path, text):
        full = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8", newline="") as out:
            out.write(text)

    def remove(self, path):
        os.unlink(os.path.join(self.folder, path))

    def rename(self, old, new):
        os.rename(os.path.join(self.folder, old), os.path.join(self.folder, new))

    def conf(self, name="pnl", requires="", schemas="pnl", more=""):
        self.write(f"{name}/module.conf", CONF.format(name=name, requires=requires, schemas=schemas, more=more))

    def run(self, verb, *arguments, **options):
        return program.daybook("migrate", verb, "--url", self.url, "--modules-dir", self.folder, *arguments, **options)

    def apply(self, *arguments, **options):
        return self.run("apply", "--modules", "pnl", *arguments, **options)

    def status(self):
        return self.run("status", "--format", "json")

    def verify(self, *arguments):
        return self.run("verify", "--format", "json", *arguments)

    def states(self, module="pnl"):
        return {row["name"]: row["state"] for row in self.status().json() if row["module"] == module}

    def sql(self, text, user="postgres", check=True):
        return self.host.sql(text, self.name, user, check)
