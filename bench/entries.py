"""The things that are measured. Each prepares once, then gives the rate of either side when asked."""

import sys

import caps_entries
import consumer_entries
import event_entries
import fill_entries
import group_entries
import market_entries
import market_read_entries
import relay_entries
import sink_entries
from file_entries import FILE_ENTRIES
from harness import program, server, tap
from job_entries import Jobs
from migrate_entries import Migrations
from move_entries import Move
from pipeline_entries import Pipeline

DURABLE = ["fsync = on", "synchronous_commit = on", "shared_buffers = 1GB", "max_wal_size = 8GB", "checkpoint_timeout = 30min",
           "max_prepared_transactions = 1000"]


def psql(url, sql):
    return program.run([server.client("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", "-"],
                       stdin=sql.encode()).ok().out.strip()


MEASURED = """import os, subprocess, sys, time
started = time.monotonic()
process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(time.monotonic() - started, os.waitstatus_to_exitcode(status), usage.ru_maxrss // 1024)"""


def run_measured(argv):
    """Seconds and peak memory in MiB of one program, which must succeed. A small one starts it: a process is counted with what the one
    that started it had."""
    elapsed, status, peak_mib = program.run([sys.executable, "-c", MEASURED, *argv], timeout=7200).ok().out.split()
    tap.equal(int(status), 0, " ".join(argv))
    return float(elapsed), int(peak_mib)


class Host:
    """One durable server for all entries, and databases cloned from one with the modules installed."""

    instance = None

    def __init__(self):
        self.server = server.Server(DURABLE)
        self.server.installed("template_book", owner="trader")
        self.clones = 0

    @classmethod
    def get(cls):
        cls.instance = cls.instance or cls()
        return cls.instance

    def clone(self, template="template_book"):
        self.clones += 1
        name = f"bench_{self.clones}"
        self.server.sql(f'create database "{name}" template "{template}" owner trader')
        self.server.sql("checkpoint")
        return name

    def drop(self, name):
        self.server.sql(f'drop database "{name}" with (force)')


ALL = [*market_entries.entries(Host.get, run_measured, DURABLE), *market_read_entries.entries(Host.get, DURABLE), *fill_entries.entries(Host.get, DURABLE), *group_entries.entries(Host.get, DURABLE), *caps_entries.entries(Host.get, DURABLE), *event_entries.entries(Host.get, DURABLE), *relay_entries.entries(Host.get), *sink_entries.entries(Host.get, DURABLE), *consumer_entries.entries(Host.get), Pipeline(Host.get), Pipeline(Host.get, delay_ms=1), *FILE_ENTRIES, Move(Host.get, run_measured), Migrations(Host.get), Jobs(Host.get), Jobs(Host.get, held=True)]
