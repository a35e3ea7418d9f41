"""The wake-ups of test/program/test_bus_log.py, many more of them."""

import uuid

from harness import server, session, tap, wakeup
from harness.session import call

ROUNDS = 20000


@tap.test(f"{ROUNDS} rounds of events race a sequencer that sleeps whenever it can: no wake-up is lost")
def _():
    url = server.Server().installed("woken", "core,bus,ref")
    one = session.Session(url)
    one.run("select bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.', '{}')")
    term = one.row(call("bus.fn_lead_log", log=session.Raw("0::smallint"), leader_id=uuid.uuid4(), leader_name="test"))["term"]
    print(f"# slept {wakeup.prove(url, term, ROUNDS)} times")
    tap.equal(one.value("select count(*) from bus.event_seq"), one.value("select count(*) from bus.domain_events"))


tap.main()
