"""Sessions that stay open: psql processes that take one request after another, so that a test can hold several at once."""

import decimal
import json
import subprocess
import uuid

from . import program, server, tap


class Lost(Exception):
    """The connection went away before the answer came: what happened to the request is not known."""


class Refused(Exception):
    """The server raised an error; `sqlstate` says which."""

    def __init__(self, sqlstate, message, sql):
        super().__init__(f"{sqlstate}: {message}\n  in: {sql[:1000]}")
        self.sqlstate, self.message = sqlstate, message


class Session:
    def __init__(self, url):
        self.sql = ""
        self.process = subprocess.Popen(
            [server.client("psql"), "-XAtq", "-v", "ON_ERROR_STOP=0", "-d", url, "-f", "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            # The limit is for hangs only. The tests' own questions are about few rows, and compiling them took up to seconds.
            env=program.clean_env(PGOPTIONS="-c statement_timeout=120s -c jit=off"),
            encoding="utf-8", errors="replace")
        tap.at_end(self.close)

    def send(self, sql):
        """Sends statements without waiting; receive() fetches what they answered."""
        self.sql = sql
        self.mark = uuid.uuid4().hex
        try:
            self.process.stdin.write(
                f"\\set LAST_ERROR_SQLSTATE 00000\n\\set LAST_ERROR_MESSAGE ''\n{sql};\n"
                f"\\echo {self.mark} :LAST_ERROR_SQLSTATE :LAST_ERROR_MESSAGE\n")
            self.process.stdin.flush()
        except (BrokenPipeError, ValueError) as cause:
            raise Lost(sql) from cause

    def receive(self):
        """The lines that the statements sent last have printed. Of several errors the last one counts."""
        lines = []
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise Lost(self.sql)
            if line.startswith(self.mark):
                break
            lines.append(line.rstrip("\n"))
        _, state, message = (line.rstrip("\n") + "  ").split(" ", 2)
        if state != "00000":
            raise Refused(state, message.strip(), self.sql)
        return lines

    def run(self, sql):
        self.send(sql)
        return self.receive()

    def rows(self, query):
        return rows_of(self.run(as_rows(query)))

    def row(self, query):
        found = self.rows(query)
        tap.equal(len(found), 1, f"rows of: {query[:500]}")
        return found[0]

    def value(self, query):
        return next(iter(self.row(query).values()))

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                pipe.close()
            except (BrokenPipeError, OSError):
                pass


def as_rows(query):
    return f"select coalesce(jsonb_agg(to_jsonb(answer)), '[]') from ({query}) as answer"


def rows_of(lines):
    """What as_rows() printed last, with numbers as exact decimals and integers."""
    return json.loads(lines[-1], parse_float=decimal.Decimal)


def literal(value):
    """A Python value as an SQL literal of the fitting type, or of none when it is text."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, decimal.Decimal)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "array[" + ", ".join(literal(item) for item in value) + "]"
    if isinstance(value, dict):
        return server.quote_literal(json.dumps(value)) + "::jsonb"
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, uuid.UUID):
        return server.quote_literal(value) + "::uuid"
    return server.quote_literal(value)


class Raw:
    """SQL text that is passed on as it is."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text


def call(function, **arguments):
    """The query that calls a function with named arguments, without their p_: call("a.fn_b", id=1)."""
    return f"select * from {function}(" + ", ".join(f"p_{k} => {literal(v)}" for k, v in arguments.items()) + ")"


class Gate:
    """Holds sessions back until all of them are there, so that they start at the same moment."""

    KEY = 7700101

    def __init__(self, keeper):
        """`keeper` is a session of its own, which nobody else uses meanwhile."""
        self.keeper = keeper

    def race(self, requests):
        """`requests` are pairs of a session and SQL. Starts them together; returns rows, Refused or Lost, in their order."""
        self.keeper.run(f"select pg_advisory_lock({self.KEY})")
        try:
            for session, sql in requests:
                # The lock is waited for in a statement of its own: the request takes its snapshot after it.
                session.send(f"rollback; select pg_advisory_xact_lock_shared({self.KEY}); {sql}")
            tap.wait_until(lambda: self._waiting() == len(requests), "all sessions stand at the gate")
        finally:
            self.keeper.run(f"select pg_advisory_unlock({self.KEY})")
        return [outcome(session) for session, _ in requests]

    def _waiting(self):
        return self.keeper.value(
            "select count(*) from pg_catalog.pg_locks where locktype = 'advisory' and not granted "
            f"and objid = {self.KEY} and database = (select oid from pg_catalog.pg_database where datname = current_database())")


def outcome(session):
    """What a session answers to the request sent to it, an error being an answer too."""
    try:
        lines = session.receive()
        return rows_of(lines) if lines and lines[-1].startswith("[") else lines
    except (Refused, Lost) as refused:
        return refused
