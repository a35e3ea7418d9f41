"""What it costs to take the log out of the database."""

import glob
import os

import event_entries
from event_entries import EVENTS, timed
from harness import program, server, session, tap

COPY = ("\\copy (select row_to_json(e) from (select s.seq, s.epoch, d.event_id as id, d.event_type as type, d.account_id, d.aggregate_type, "
        "d.aggregate_id, d.aggregate_version, d.occurred_at, d.recorded_at, d.payload, d.ctx from bus.event_seq as s "
        "join bus.domain_events as d on d.id = s.id order by s.seq) as e) to '{}'")


def count_lines(path):
    with open(path, "rb") as text:
        return sum(1 for _ in text)


class Deliver(event_entries.Sequence):
    """The whole log into files, flushed to disk page by page with the cursor behind it."""

    unit = "events/s"
    sides = ("daybook", "plain")

    def __init__(self, host, settings):
        super().__init__(host, settings)
        self.name = "sink-file"
        self.what = (f"`daybook relay --once --sink file:…` over a log of {EVENTS:,} events that have their places; "
                     "plain = psql copies them as JSON into a file that is not flushed")

    def prepare(self):
        host, template = self.host(), super().prepare()
        one = session.Session(host.server.url(template, "postgres"))
        self.sequenced(one)
        one.close()
        host.server.sql("vacuum analyze bus.event_seq", template)
        return template

    def rate(self, side, setup):
        host = self.host()
        name, folder = host.clone(setup), program.temporary_folder("dbk-sink-")
        url = host.server.url(name, "postgres")
        if side == "plain":
            path = os.path.join(folder, "events-plain.jsonl")
            seconds = timed(lambda: program.run([server.client("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", COPY.format(path)]).ok())
        else:
            seconds = timed(lambda: program.daybook("relay", "--url", url, "--once", "--quiet", "--sink", f"file:{folder}").ok())
        tap.check(sum(map(count_lines, glob.glob(os.path.join(folder, "*.jsonl")))) >= EVENTS, "events are missing in the file")
        host.drop(name)
        return EVENTS / seconds


def entries(host, settings):
    return [Deliver(host, settings)]
