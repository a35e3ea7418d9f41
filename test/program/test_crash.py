"""The whole server killed in the middle of its work: what was acknowledged is in the book exactly once, and the book adds up."""

import random
import threading
import time
import uuid

from harness import book, server, session, tap
from harness.session import Lost, Raw, Refused, call

ROUNDS, CLIENTS = 10, 4
T1 = "2024-03-01 12:00:00+00"
SEED = 20240301

host = server.Server()
# A client that waits in the pooler while the server is away is told so, and not only after the two minutes of the default.
pooler = server.PgBouncer(host, ["server_login_retry = 0.05", "query_wait_timeout = 2", "ignore_startup_parameters = options"])
url = host.installed("crash")
ACCOUNT, INSTRUMENTS = uuid.uuid4(), [uuid.uuid4() for _ in range(2)]
ORDERS = [(uuid.uuid4(), INSTRUMENTS[n % 2], ("buy", "sell")[n // 2]) for n in range(4)]


class Call:
    """A request that a client sends and may send again: its identities, and whether the answer came."""

    def __init__(self, query, ids):
        self.query, self.ids, self.acknowledged = query, ids, False


def prepare():
    one = session.Session(url)
    for code in ("USD", "BTC"):
        one.row(call("ref.fn_register_currency", code=code, name=code, kind="other"))
    one.row(call("ref.fn_register_venue", code="crash", name="Crash"))
    for n, instrument in enumerate(INSTRUMENTS):
        one.row(call("ref.fn_register_instrument", instrument_id=instrument, venue="crash", symbol=f"S{n}", kind="perp", base="BTC",
                     quote="USD"))
    one.row(call("trading.fn_open_account", account_id=ACCOUNT, name="crash", venue="crash", currency="USD", mode="paper",
                 position_mode="netting", opening_balance=0))
    for order_id, instrument, side in ORDERS[:3]:
        one.row(call("trading.fn_submit_order", account_id=ACCOUNT, order_id=order_id, instrument_id=instrument, side=side,
                     type="market", qty=100000, price=None, stop_price=None, time_in_force="gtc"))
    one.close()


def single(pick):
    order_id, instrument, side = pick.choice(ORDERS)
    fill_id = uuid.uuid4()
    return Call(call("trading.fn_record_fill", account_id=ACCOUNT, fill_id=fill_id, order_id=order_id, instrument_id=instrument,
                     side=side, qty=Raw(f"{pick.randint(1, 999)}e-3"), price=pick.randint(90, 110), fee=Raw("0.01"), fee_currency="USD",
                     liquidity=None, venue_trade_id=str(fill_id), filled_at=T1), [str(fill_id)])


def batch(pick):
    chosen = [pick.choice(ORDERS) for _ in range(pick.randint(2, 20))]
    ids = [uuid.uuid4() for _ in chosen]
    count = len(ids)
    return Call(call("trading.fn_record_fills", account_id=ACCOUNT, fill_ids=ids, order_ids=[each[0] for each in chosen],
                     instrument_ids=[each[1] for each in chosen], sides=[each[2] for each in chosen],
                     qtys=[pick.randint(1, 9) for _ in chosen], prices=[pick.randint(90, 110) for _ in chosen], fees=None,
                     fee_currencies=None, liquidities=None, venue_trade_ids=None, trade_discriminators=None, position_keys=None,
                     filled_ats=Raw(f"array_fill('{T1}'::timestamptz, array[{count}])")), [str(each) for each in ids])


def client(seed, address, journal, problems):
    """Records until the server goes away; the journal has every call that was sent."""
    pick = random.Random(seed)
    try:
        each = session.Session(address)
        while True:
            sent = (single if pick.random() < 0.7 else batch)(pick)
            journal.append(sent)
            answer = each.rows(sent.query)
            if {row["outcome"] for row in answer} != {"created"}:
                problems.append(f"{answer} to {sent.query}")
            sent.acknowledged = True
    except Lost:
        pass
    except Refused as refused:
        # 57P01 and its kin: the server said goodbye. Whether it had committed is not known then, as with a lost answer.
        if not refused.sqlstate.startswith("57P"):
            problems.append(str(refused))


def one_round(number, journal):
    """Lets clients work, kills the server at some point, starts it again and compares the book with the journal."""
    pick, problems, sent = random.Random(SEED + number), [], []
    threads = [threading.Thread(target=client, args=(SEED * number + n, (url, pooler.url("crash"))[n % 2], sent, problems))
               for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    # All clients are at work, and then it happens at no particular moment.
    tap.wait_until(lambda: sum(each.acknowledged for each in sent) >= 2 * CLIENTS, "the clients are at work")
    time.sleep(pick.random() * 0.5)
    host.crash()
    for thread in threads:
        thread.join()
    tap.equal(problems, [], "what no client should be answered")
    host.start()

    one = session.Session(url)
    book.check(one)
    there = {row["fill_id"] for row in one.rows("select fill_id from trading.fills")}
    known = {fill_id for each in journal + sent for fill_id in each.ids}
    tap.equal(there - known, set(), "fills in the book that nobody sent")
    lost = [each.query for each in journal + sent if each.acknowledged and not there.issuperset(each.ids)]
    tap.equal(lost, [], "acknowledged calls that are not in the book")

    created = 0
    for each in sent:
        part = there.intersection(each.ids)
        tap.check(not part or len(part) == len(each.ids), f"half a batch is in the book: {part} of {each.ids}")
        expected = "replayed" if part else "created"
        created += not part
        tap.equal({row["outcome"] for row in one.rows(each.query)}, {expected}, "answer to a call that was sent again")
        each.acknowledged = True
    journal += sent
    tap.equal(book.check(one), sum(len(each.ids) for each in journal), "fills in the book after all was sent again")
    one.close()
    return len(sent), created


prepare()
everything = []
for each_round in range(ROUNDS):
    @tap.test(f"crash {each_round + 1}: nothing acknowledged is lost, nothing is there twice, all of it can be sent again")
    def _(each_round=each_round):
        sent, created = one_round(each_round, everything)
        print(f"# {sent} calls were sent, {created} of them had not arrived")


tap.main()
