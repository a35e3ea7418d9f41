"""`daybook audit`: seals over what was recorded, and what is found when somebody who may do anything changed it."""
import json
import os

from harness import program, server, session, tap
from harness.session import call

host = server.Server()
url = host.installed("audit", "core,bus,ref")
one = session.Session(url)
one.run("select bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.', '{}')")
term = one.row(call("bus.fn_lead_log", log=session.Raw("0::smallint"), leader_id="0190a000-0000-7000-8000-0000000000aa", leader_name="test"))["term"]
kept = os.path.join(program.temporary_folder(), "seals.jsonl")


def audit(*words, status=0):
    return program.daybook("audit", *words, "--url", url, "--format", "json").exits(status)


def happen(count):
    one.run(f"select bus.fn_emit_domain_event('test.thing_done', n::text, '{{}}') from generate_series(1, {count}) as n")
    one.run(f"select bus.fn_sequence(0::smallint, {term})")


def problems(*words):
    return [(row["seal_no"], row["problem"]) for row in audit("verify", *words, status=1).json()["problems"]]


@tap.test("where nothing is sealed, nothing can be told")
def _():
    tap.contains(audit("verify", status=3).err, "nothing is sealed")


@tap.test("everything is sealed, ten thousand events at a time, and published; then nothing is new")
def _():
    happen(12000)
    seals = audit("seal", "--publish", kept).json()["seals"]
    tap.equal([(row["seal_no"], row["events"]) for row in seals], [(1, 10000), (2, one.value("select last_seq from bus.logs") - 10000)])
    with open(kept, encoding="utf-8") as file:
        published = [json.loads(line) for line in file]
    tap.equal([(row["seal_no"], row["last_seq"], row["hash"]) for row in published],
              [(row["seal_no"], row["last_seq"], row["hash"]) for row in seals])
    tap.equal(audit("seal", "--publish", kept).json()["seals"], [])


@tap.test("seals that somebody else made are published too, and all is as it was sealed")
def _():
    happen(3)
    tap.equal(one.row("select * from audit.fn_seal()")["events"], 3)
    audit("seal", "--publish", kept)
    tap.equal(audit("verify", "--against", kept).json()["problems"], [])


@tap.test("an event that was changed is found, to the seal")
def _():
    one.run("begin")
    one.run("update bus.domain_events set payload = '{\"a\": 1}' where aggregate_type = 'test_thing' and aggregate_id = '11000'")
    one.run("commit")
    found = problems()
    tap.equal([number for number, _ in found], [2])
    tap.contains(found[0][1], "was changed")
    one.run("update bus.domain_events set payload = '{}' where aggregate_type = 'test_thing' and aggregate_id = '11000'")
    tap.equal(audit("verify").json()["problems"], [], "put back")


@tap.test("a chain that was rewritten whole is found by what was published, and by that alone")
def _():
    one.run("update bus.domain_events set payload = '{\"a\": 1}' where aggregate_type = 'test_thing' and aggregate_id = '11000'")
    one.run("begin; set constraints all deferred; delete from audit.sealed_rows; delete from audit.seals; commit")
    audit("seal")
    tap.equal(audit("verify").json()["problems"], [])
    tap.equal(problems("--against", kept), [(2, "was published with another hash"), (3, "was published and is not there")])


@tap.test("a file of seals that is none is refused with the line, one that is not there is named")
def _():
    wrong = kept + ".wrong"
    with open(kept, encoding="utf-8") as file, open(wrong, "w", encoding="utf-8") as other:
        other.write(file.readline() + '{"seal_no": 2}\n')
    tap.contains(audit("verify", "--against", wrong, status=5).err, "line 2 is no published seal")
    tap.contains(audit("verify", "--against", kept + ".none", status=5).err, "seals.jsonl.none")
    with open(wrong, "w", encoding="utf-8") as other, open(kept, encoding="utf-8") as file:
        lines = file.readlines()
        other.write(lines[1] + lines[0])
    tap.contains(audit("verify", "--against", wrong, status=5).err, "seal 1 comes after seal 2")


tap.main()
