"""The order machine in the database: every state and event of the golden matrix, which the C unit test reads too."""

import csv
import os

from harness import program, server, session, tap
from harness.session import literal

with open(os.path.join(program.SOURCE, "test/unit/book/order_matrix.csv"), encoding="utf-8", newline="") as matrix:
    STATES = list(csv.DictReader(matrix))
EVENTS = list(STATES[0])[7:]
# Quantities that stand for a progress: in force, filled.
QUANTITIES = {"none": ((10, 0), (None, 0)), "part": ((10, 4), (None, 4)), "full": ((10, 10), (10, 12))}

one = session.Session(server.Server().installed("machine"))


def values(rows):
    return ", ".join("(" + ", ".join(literal(value) for value in row) + ")" for row in rows)


def cases():
    for place, state in enumerate(STATES):
        for quantities in QUANTITIES[state["progress"]]:
            yield (place, state["origin"], state["lifecycle"], state["pending"], state["doubt"] == "doubt", *quantities)


@tap.test("trading._order_next() answers as the matrix says, for every state and event")
def _():
    answers = one.rows(
        "select s.place, e.event, case when n.legal then concat_ws('/', n.lifecycle, n.pending, "
        "       case when n.outcome_unknown then 'doubt' else 'sure' end) else '-' end as after, "
        "       (n.lifecycle, n.pending, n.outcome_unknown) = (s.lifecycle, s.pending, s.doubt) as unchanged "
        f"  from (values {values(cases())}) as s (place, origin, lifecycle, pending, doubt, working_qty, cum_qty), "
        f"       (values {values([event] for event in EVENTS)}) as e (event), "
        "       trading._order_next(e.event, s.origin, s.lifecycle, s.pending, s.doubt, s.working_qty::numeric, s.cum_qty) as n")
    tap.equal(len(answers), len(STATES) * 2 * len(EVENTS), "answers")
    wrong = [(STATES[row["place"]], row) for row in answers
             if row["after"] != STATES[row["place"]][row["event"]] or row["after"] == "-" and not row["unchanged"]]
    tap.equal(wrong[:5], [], f"{len(wrong)} answers differ")


@tap.test("trading._order_status() displays what the matrix says")
def _():
    answers = one.rows(
        "select s.place, trading._order_status(s.lifecycle, s.pending, s.working_qty::numeric, s.cum_qty) as status "
        f"  from (values {values(cases())}) as s (place, origin, lifecycle, pending, doubt, working_qty, cum_qty)")
    tap.equal(len(answers), len(STATES) * 2, "answers")
    wrong = [(STATES[row["place"]], row) for row in answers if row["status"] != STATES[row["place"]]["status"]]
    tap.equal(wrong[:5], [], f"{len(wrong)} statuses differ")


@tap.test("the events that can be recorded are those of the matrix that fills do not bring")
def _():
    tap.equal(one.value("select to_jsonb(trading._order_events())"),
              [event for event in EVENTS if event not in ("fill", "correct", "bust", "bust_working")])
    tap.equal(one.rows("select t.event_type from unnest(trading._order_events()) as e (event) "
                       "  cross join lateral (values (trading._order_event_type(e.event))) as t (event_type) "
                       "  left join bus.domain_event_type as d on d.event_type = t.event_type where d.event_type is null"),
              [], "events of orders that no event type was declared for")


tap.main()
