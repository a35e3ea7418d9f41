"""A mixed load: every kind of call at once, on the same accounts, orders, positions and fills, directly and through PgBouncer.

Connections draw from one pool of facts, so that the same fills are recorded singly, in batches and in batches of opposite order
while they are busted and corrected, the same orders are submitted, canceled and filled, the same funding comes from several, and
accounts are reconciled under all of them. The same orders are asked for by a bot whose lease changes hands and which is halted and
commanded, claimed by executors, and submitted, changed and declined by whoever comes first.
"""

import random
import threading
import uuid

from . import book, program, server, session, tap
from .session import Raw, Refused, call
from .trading import T1, fill, fills, opening, order

CONNECTIONS, POOLED = 32, 16
ACCOUNTS, INSTRUMENTS, ORDERS = 2, 4, 12
BATCHES, BATCH = 40, 8  # of one account, drawn anew every GENERATION operations
GENERATION = 20

# What nobody has made yet: an order, an intent, a halt, a command; an account that changed while it was reconciled.
EXPECTED_ERRORS = ("TB002", "40001")
EVENTS = ("acknowledge", "cancel_request", "cancel_reject", "outcome_unknown", "replace_request", "replace", "replace_reject")


def ident(*parts):
    return uuid.uuid5(uuid.NAMESPACE_OID, "/".join(map(str, parts)))


class Order:
    """What is known of an order before it is in the book, whoever submits it."""

    def __init__(self, generation, account, number):
        self.account, self.instrument = account, ident("instrument", number % INSTRUMENTS)
        self.id = ident("order", generation, account, number)
        self.side = ("buy", "sell")[number // INSTRUMENTS % 2]


class Facts:
    """The facts that all connections record in one generation."""

    def __init__(self, generation):
        pick = random.Random(generation)
        self.generation = generation
        self.orders = [Order(generation, account, number) for account in range(ACCOUNTS) for number in range(ORDERS)]
        self.batches = []
        for number in range(BATCHES):
            own = [each for each in self.orders if each.account == number % ACCOUNTS]
            chosen = [pick.choice(own) for _ in range(BATCH)]
            self.batches.append((chosen[0].account, [
                (ident("fill", generation, number, n), each.id, each.instrument, each.side, pick.randint(1, 9), pick.randint(90, 110))
                for n, each in enumerate(chosen)]))


class Caller:
    """One connection and what it draws."""

    def __init__(self, number, url):
        self.number, self.pick = number, random.Random(number)
        self.session = session.Session(url)
        self.answers, self.problems = {}, []
        self.claimed = []

    def run(self, operations):
        for n in range(operations):
            if n % GENERATION == 0:
                self.facts = Facts(n // GENERATION)
            self._ask(self._draw())

    def _ask(self, query):
        try:
            rows = self.session.rows(query)
            words = {row.get("outcome", "read") for row in rows}
            self.claimed += [row["intent_id"] for row in rows if row.get("status") == "claimed"]
        except Refused as refused:
            words = {refused.sqlstate}
            if refused.sqlstate not in EXPECTED_ERRORS:
                self.problems.append(str(refused))
        for word in words:
            self.answers[word] = self.answers.get(word, 0) + 1

    def _draw(self):
        return self.pick.choices(
            [self._submit, self._event, self._fill, self._batch, self._amend, self._funding, self._cash, self._equity, self._read,
             self._reconcile, self._desk], [10, 12, 25, 20, 12, 5, 5, 6, 5, 4, 20])[0]()

    def _submit(self):
        each = self.pick.choice(self.facts.orders)
        return order(ident("account", each.account), each.id, each.instrument, each.side)

    def _event(self):
        each, event = self.pick.choice(self.facts.orders), self.pick.choice(EVENTS)
        if self.pick.random() < 0.1:
            event = "cancel"
        return call("trading.fn_record_order_event", account_id=ident("account", each.account), order_id=each.id,
                    event_id=uuid.uuid4(), event=event, exchange_order_id=None, reason=None, occurred_at=T1,
                    qty=self.pick.randint(1, 9999) if event in ("replace_request", "replace") else None)

    def _fill(self):
        account, items = self.pick.choice(self.facts.batches)
        fill_id, order_id, traded, side, qty, price = self.pick.choice(items)
        return fill(ident("account", account), fill_id, order_id, traded, side, qty=qty, price=price, fee=0, fee_currency=None)

    def _batch(self):
        account, items = self.pick.choice(self.facts.batches)
        return fills(ident("account", account), self.pick.choice((items, items[::-1])))

    def _amend(self):
        account, items = self.pick.choice(self.facts.batches)
        amended = dict(account_id=ident("account", account), event_id=uuid.uuid4(), fill_id=self.pick.choice(items)[0])
        if self.pick.random() < 0.5:
            return call("trading.fn_bust_fill", **amended)
        return call("trading.fn_correct_fill", **amended, price=self.pick.randint(90, 110), fee=Raw("0.25"), fee_currency="USD")

    def _funding(self):
        account, traded, minute = (self.pick.randrange(n) for n in (ACCOUNTS, INSTRUMENTS, 4))
        return call("trading.fn_record_funding", account_id=ident("account", account), instrument_id=ident("instrument", traded),
                    payment_id=ident("funding", self.facts.generation, account, traded, minute), amount=minute,
                    funding_time=Raw(f"'{T1}'::timestamptz + make_interval(days => {self.facts.generation}, mins => {minute})"))

    def _cash(self):
        account, number = self.pick.randrange(ACCOUNTS), self.pick.randrange(8)
        return call("trading.fn_record_cash", account_id=ident("account", account), kind="deposit", currency="USD", amount=number + 1,
                    entry_id=ident("cash", self.facts.generation, account, number), occurred_at=T1, reason=None)

    def _equity(self):
        return call("trading.fn_record_equity", account_id=ident("account", self.pick.randrange(ACCOUNTS)), point_id=uuid.uuid4(), as_of=T1,
                    instrument_ids=[ident("instrument", n) for n in range(INSTRUMENTS)], prices=[100] * INSTRUMENTS)

    def _reconcile(self):
        """What a venue might say: a fill or an order that the book lacks, positions or a balance that it has otherwise."""
        account, number = self.pick.randrange(ACCOUNTS), self.pick.randrange(20)
        known = dict(symbol=f"S{number % INSTRUMENTS}", side="buy", qty=1, price=100)
        said = {"fills": [{**known, "venue_trade_id": f"T{number}", "exchange_order_id": f"R{number}", "filled_at": T1}],
                "open_orders": [{**known, "exchange_order_id": f"R{number + 1}", "type": "limit"}],
                "positions": [{"symbol": f"S{n}", "qty": number, "avg_price": 100} for n in range(INSTRUMENTS)],
                "balances": [{"currency": "USD", "balance": 1000}]}
        return call("trading.fn_reconcile", account_id=ident("account", account), reconcile_id=uuid.uuid4(), venue_state=dict([self.pick.choice(list(said.items()))]),
                    as_of=T1, apply=self.pick.random() < 0.8, book_cash=True)

    def _desk(self):
        """A bot, its executors and those who halt and command it."""
        each = self.pick.choice(self.facts.orders)
        account, bot = ident("account", each.account), ident("bot", each.account)
        lease = f"from trading.bot_leases where account_id = '{account}' and bot_id = '{bot}'"
        halted = f"from trading.risk_state where account_id = '{account}' and halted limit 1"
        ctx = Raw(f"(select jsonb_build_object('bot', bot_id, 'fence', token) {lease})")
        terms = dict(instrument_id=each.instrument, side=each.side, type="limit", qty=1000, price=100, stop_price=None, time_in_force="gtc", ttl="1h")
        shared = ident("of all", self.facts.generation, each.account, self.pick.randrange(4))
        act = self.pick.choices([
            ("request_order", dict(intent_id=each.id, ctx=ctx, **terms)),
            ("request_change", dict(intent_id=uuid.uuid4(), order_id=each.id, action="cancel", ttl="1h", ctx=ctx)),
            ("request_change", dict(intent_id=uuid.uuid4(), order_id=each.id, action="replace", qty=900, ttl="1h", ctx=ctx)),
            ("claim_intents", dict(claim_id=shared, executor="e", limit=5)),
            ("submit_intent", dict(intent_id=self.claimed.pop() if self.claimed else each.id)),
            ("decline_intent", dict(intent_id=each.id, executor="e", reason="r")),
            ("acquire_lease", dict(bot_id=bot, acquire_id=uuid.uuid4(), holder="h", ttl="1h")),
            ("release_lease", dict(bot_id=bot, token=Raw(f"(select token {lease})"))),
            ("halt", dict(halt_id=uuid.uuid4(), scope="bot", bot_id=bot, reason="r", actor="a")),
            ("resume", dict(halt_id=Raw(f"coalesce((select halt_id {halted}), '{shared}')"), reason="r", actor="a")),
            ("command_bot", dict(command_id=shared, bot_id=bot, kind="pause", arguments=None, ttl="1h", reason="r", actor="a")),
            ("acknowledge_command", dict(command_id=shared, status="done", by="b", ctx=ctx)),
            ("save_strategy_state", dict(bot_id=bot, token=Raw(f"(select token {lease})"), change_id=uuid.uuid4(), name="n", state={})),
        ], [8, 1, 1, 6, 8, 1, 4, 1, 1, 3, 1, 1, 1])[0]
        return call(f"trading.fn_{act[0]}", account_id=account, **act[1])

    def _read(self):
        return call("trading.fn_positions", account_id=ident("account", self.pick.randrange(ACCOUNTS)))


class Mixed:
    """A server with a book under that load."""

    def __init__(self, settings=()):
        self.host = server.Server(["deadlock_timeout = 50ms", *settings])
        self.url = self.host.installed("mixed")
        self.pooler = server.PgBouncer(self.host, [f"default_pool_size = {POOLED}", "ignore_startup_parameters = options"])
        self.one = session.Session(self.url)
        for code in ("USD", "BTC"):
            self.one.row(call("ref.fn_register_currency", code=code, name=code, kind="other"))
        self.one.row(call("ref.fn_register_venue", code="mixed", name="Mixed"))
        for number in range(INSTRUMENTS):
            self.one.row(call("ref.fn_register_instrument", instrument_id=ident("instrument", number), venue="mixed", symbol=f"S{number}",
                              kind="perp", base="BTC", quote="USD"))
        for number in range(ACCOUNTS):
            self.one.row(opening(ident("account", number), "mixed"))
            self.one.row(call("trading.fn_configure_bot", account_id=ident("account", number), change_id=uuid.uuid4(), bot_id=ident("bot", number),
                              name="b", desired_state="running", image_tag=None, strategy_params=None, reason="mixed"))

    def run(self, operations):
        """Every connection asks so often. Returns how often each outcome or error was answered, and what should not have been."""
        callers = [Caller(n, self.pooler.url("mixed") if n < POOLED else self.url) for n in range(CONNECTIONS)]
        threads = [threading.Thread(target=each.run, args=(operations,)) for each in callers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        answers = {}
        for each in callers:
            each.session.close()
            for word, count in each.answers.items():
                answers[word] = answers.get(word, 0) + count
        return answers, [problem for each in callers for problem in each.problems]

    def deadlocks(self):
        """As the server counts them for the database, which it does when a session has ended, and as it says in its log."""
        tap.wait_until(lambda: int(self.host.sql(
            "select count(*) from pg_stat_activity where datname = 'mixed' and application_name = 'psql' and state <> 'idle'")) == 0,
            "all sessions are idle")
        return (int(self.host.sql("select deadlocks from pg_stat_database where datname = 'mixed'")),
                self.host.log().count("deadlock detected"))

    def prove(self, operations):
        """No deadlock, no answer that should not be, and a book that verifies by the rules in C and by exact fractions."""
        answers, problems = self.run(operations)
        print(f"# figure: {CONNECTIONS} connections, {CONNECTIONS * operations} calls, {self.deadlocks()[0]} deadlocks; "
              f"answers: {', '.join(f'{count} {word}' for word, count in sorted(answers.items()))}")
        tap.equal([problem[:500] for problem in problems[:3]], [], "what no connection should be answered")
        tap.equal(self.deadlocks(), (0, 0), "deadlocks, as the server counts and as it logs them")
        tap.check(min(answers.get(word, 0) for word in ("created", "replayed", "refused", "read")) > CONNECTIONS, str(answers))
        tap.check(book.check(self.one) > 300, "there are many fills")
        program.daybook("book", "verify", "--url", self.url).ok()
