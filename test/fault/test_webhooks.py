"""Webhooks: every event arrives, signed and in order, whatever is killed; what an endpoint does harms no other one."""

import os
import random
import re
import signal
import threading
import time
import uuid

from harness import certificates, program, receiver, relay, server, session, tap
from harness.receiver import Receiver, check_signature, status
from harness.session import call
from harness.sizes import size

KILLS = size(3, 100)
ONE, TWO = "the first secret of these tests", "the second secret of these tests"

host = server.Server()
log = relay.Log(host.installed("posted", relay.MODULES))
hooks = Receiver()
authority = certificates.Authority()
secrets = os.path.join(program.temporary_folder("dbk-secrets-"), "secrets")


def write_secrets(text):
    with open(secrets + ".new", "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
        out.write(text)
    os.rename(secrets + ".new", secrets)


write_secrets(f"one = {ONE}\n")


def start():
    begun = relay.Relay(log.url, "--webhooks", "--webhook-secrets", secrets, "--webhook-ca", authority.path)
    begun.wait_said("posts webhooks")
    return begun


def add(path, types=(relay.TYPE,), settings=None, url=None, **other):
    """An endpoint at that path of the receiver, with little patience between attempts unless said otherwise. Within one it has much: what this
    receiver answers slowly because the machine is slow is no failure."""
    known = {"allow_private": True, "timeout_ms": 120000, "retry_first_ms": 50, **(settings or {})}
    endpoint = str(uuid.uuid4())
    log.run(call("bus.fn_set_webhook", endpoint_id=endpoint, url=url or hooks.url(path), event_types=list(types), secrets=other.pop("secrets", ["one"]),
                 settings=known, **other))
    return endpoint


def of(endpoint):
    return log.row(f"select * from bus.v_webhooks where endpoint_id = '{endpoint}'")


def deliveries(endpoint, state):
    return log.rows(f"select * from bus.v_webhook_deliveries where endpoint_id = '{endpoint}' and state = '{state}' order by seq, resend")


def stop(*endpoints):
    """Ends with an endpoint, so that it is in nobody's way."""
    for endpoint in endpoints:
        log.run(call("bus.fn_set_webhook_state", endpoint_id=endpoint, state="disabled", reason="end of test"))


def emit(aggregate):
    event = str(uuid.uuid4())
    log.run(relay.emit(aggregate, event))
    return event


def check_order(posts):
    """Within an aggregate no version comes before an earlier one has come: repetitions may follow, gaps may not."""
    newest = {}
    for post in posts:
        version, known = post.event["aggregate_version"], newest.get(post.key(), 0)
        tap.check(version <= known + 1, f"{post.key()} comes with version {version} after {known}")
        newest[post.key()] = max(version, known)


def quiet(endpoint):
    """Everything that was committed so far has been delivered."""
    relay.everything_sequenced(log)
    wanted = log.value("select last_seq from bus.v_log_status")
    tap.wait_until(lambda: log.value("select after_seq from bus.consumer_cursors where consumer = 'webhooks'") >= wanted, f"place {wanted} is dispatched")
    tap.wait_until(lambda: of(endpoint)["pending"] == 0 and of(endpoint)["behind"] == 0, f"everything is delivered to {endpoint}", 60)


posting = start()


@tap.test("an event arrives once, as it is in the log, signed and described")
def _():
    endpoint = add("/plain")
    events = [emit(name) for name in ("a", "b", "a")]
    posts = hooks.wait_for("/plain", 3)
    quiet(endpoint)
    tap.equal(sorted(post.event["id"] for post in hooks.at("/plain")), sorted(events))
    check_order(posts)
    row = {row["id"]: row for row in relay.log_of(log)}
    for post in posts:
        known = row[post.event["id"]]
        tap.equal({key: post.event[key] for key in known}, known, "the event")
        tap.equal((post.headers["Daybook-Event-Id"], post.headers["Daybook-Event-Type"], post.headers["Daybook-Seq"]),
                  (known["id"], relay.TYPE, str(known["seq"])))
        tap.equal((post.headers["Content-Type"], post.headers["Daybook-Delivery-Attempt"]), ("application/json", "1"))
        tap.check(abs(time.time() - check_signature(post.headers["Daybook-Signature"], post.body, ONE)) < 3600, "the time of signing")
    tap.equal([row["status"] for row in deliveries(endpoint, "delivered")], [200, 200, 200])
    stop(endpoint)


@tap.test("an endpoint that hangs, one that fails and one that drips leave the others alone")
def _():
    hooks.answers.update({"/hangs": receiver.silence(hooks), "/fails": status(500), "/drips": receiver.drip(hooks)})
    patience = {"retry_first_ms": 60000}
    bad = [add("/hangs", settings=patience), add("/fails", settings=patience), add("/drips", settings=patience)]
    good = add("/good")
    log.run(relay.emit_many(40, 40))
    quiet(good)
    check_order(hooks.at("/good"))
    tap.equal(of(good)["failed"], 0)
    hooks.wait_for("/hangs", 4)
    hooks.wait_for("/drips", 4)
    tap.equal((len(hooks.at("/hangs")), len(hooks.at("/drips"))), (4, 4), "no more than may be on the way at once")
    tap.wait_until(lambda: of(bad[1])["breaker"] == "open", "the breaker of the one that fails is open")
    tap.equal([of(each)["delivered"] for each in bad], [0, 0, 0], "what the bad ones took")
    tap.equal([of(each)["pending"] for each in bad], [40, 40, 40], "what waits for them")
    stop(*bad, good)


@tap.test("a failed event holds back its aggregate and no other, and is tried until it is taken")
def _():
    poison = threading.Event()
    hooks.answers["/poison"] = lambda handler, post: status(200 if poison.is_set() or post.event["aggregate_id"] != "bad" else 422)(handler, post)
    endpoint = add("/poison")
    for name in ("bad", "x", "bad", "y", "x"):
        emit(name)
    tap.wait_until(lambda: of(endpoint)["delivered"] == 3, f"the others are taken: {of(endpoint)}")
    tap.wait_until(lambda: len(hooks.at("/poison")) >= 7, "it is tried again and again")
    tap.equal({post.event["aggregate_version"] for post in hooks.at("/poison") if post.key()[1] == "bad"}, {1}, "versions of the aggregate that came")
    waiting = deliveries(endpoint, "pending")
    tap.equal([(row["aggregate_id"], row["status"]) for row in waiting], [("bad", 422), ("bad", None)])
    attempts = [int(post.headers["Daybook-Delivery-Attempt"]) for post in hooks.at("/poison") if post.key()[1] == "bad"]
    tap.equal(attempts, list(range(1, len(attempts) + 1)), "numbers of attempts")
    poison.set()
    quiet(endpoint)
    check_order(hooks.at("/poison"))
    stop(endpoint)


@tap.test("a breaker opens, lets one through at a time, and closes")
def _():
    well = threading.Event()
    hooks.answers["/breaks"] = lambda handler, post: status(200 if well.is_set() else 503)(handler, post)
    endpoint = add("/breaks", settings={"in_flight_max": 8, "retry_first_ms": 100})
    log.run(relay.emit_many(30, 30))
    tap.wait_until(lambda: log.value(f"select openings from bus.webhook_queues where endpoint_id = '{endpoint}'") >= 3, "it opens again and again")
    attempts = len(hooks.at("/breaks"))
    openings = log.value(f"select openings from bus.webhook_queues where endpoint_id = '{endpoint}'")
    # One for each opening but the first, and no more than some that were under way at that.
    tap.check(attempts <= 5 + 8 + 8 + openings - 3, f"{attempts} attempts against a breaker that opened {openings} times")
    well.set()
    quiet(endpoint)
    tap.equal((of(endpoint)["breaker"], of(endpoint)["delivered"]), ("closed", 30))
    stop(endpoint)


@tap.test("paused and disabled endpoints lose nothing; 410 disables, 429 is waited out")
def _():
    hooks.answers["/gone"] = receiver.in_turn(status(410), status(429, {"Retry-After": "1"}), status(200))
    endpoint = add("/gone", settings={"in_flight_max": 1})
    first = emit("gone")
    tap.wait_until(lambda: of(endpoint)["state"] == "disabled", "410 disables")
    later = [emit("gone") for _ in range(3)]
    tap.wait_until(lambda: of(endpoint)["behind"] >= 3, "later events wait in the log")
    tap.equal(len(hooks.at("/gone")), 1)
    log.run(call("bus.fn_set_webhook_state", endpoint_id=endpoint, state="enabled", reason="they are back"))
    quiet(endpoint)
    tap.equal([post.event["id"] for post in hooks.at("/gone")], [first, first, first, *later])
    stop(endpoint)


@tap.test("no redirect is followed, and an endless answer that says yes is a yes")
def _():
    hooks.answers["/moved"] = status(302, {"Location": hooks.url("/elsewhere")})
    hooks.answers["/flood"] = receiver.flood(hooks)
    moved, flood = add("/moved", settings={"retry_first_ms": 60000}), add("/flood")
    emit("r")
    quiet(flood)
    tap.wait_until(lambda: of(moved)["failed"] == 1, "the redirect is a failure")
    tap.equal((of(moved)["last_status"], of(moved)["last_error"]), (302, "answered 302, and redirects are not followed"))
    tap.equal(hooks.at("/elsewhere"), [], "requests where it pointed to")
    stop(moved, flood)


@tap.test("addresses that are not public are not connected to, also over a connection that is open already")
def _():
    port = hooks.server.server_address[1]
    hooks.answers["/private"] = status(200)
    trusted = add("/private")
    emit("p")
    quiet(trusted)
    # http is only for private ones, so what was allowed is taken back behind the function's back.
    tried = [add("/private", url=url.format(port), settings={"retry_first_ms": 60000})
             for url in ("http://127.0.0.1:{}/inside", "http://localhost:{}/inside", "http://[::ffff:127.0.0.1]:{}/inside", "http://2130706433:{}/inside",
                         "http://0:{}/inside", "http://169.254.169.254:{}/inside")]
    log.run("alter table bus.webhook_endpoints drop constraint webhook_endpoints_url")
    log.run(f"update bus.webhook_endpoints set allow_private = false where endpoint_id = any (array{tried}::uuid[])")
    emit("p")
    quiet(trusted)
    for endpoint in tried:
        tap.wait_until(lambda endpoint=endpoint: of(endpoint)["failed"] >= 1, f"refused: {of(endpoint)}")
        tap.check("no public address" in of(endpoint)["last_error"], of(endpoint)["last_error"])
    tap.equal(hooks.at("/inside"), [], "requests")
    stop(trusted, *tried)


@tap.test("by https where the certificate proves who is there: not by another authority, not for another name, not when it has expired")
def _():
    good = Receiver(authority.sign("good"))
    bad = {"unable to get local issuer": Receiver(certificates.Authority("stranger").sign("stranger")),
           "does not match|no alternative certificate subject name": Receiver(authority.sign("elsewhere", "DNS:elsewhere.test")),
           "has expired": Receiver(authority.sign("expired", days=-1))}
    tried = {why: add("/tls", url=each.url("/tls"), settings={"retry_first_ms": 60000}) for why, each in bad.items()}
    inside = add("/tls", url=good.url("/inside"), settings={"allow_private": False, "retry_first_ms": 60000})
    named = add("/tls", url=good.url("/named", "localhost"))
    trusted = add("/tls", url=good.url("/tls"), settings={"in_flight_max": 1})
    emit("tls")
    quiet(trusted)
    emit("tls")
    quiet(trusted)
    quiet(named)
    tap.equal((len(good.at("/tls")), len(good.at("/named"))), (2, 2))
    check_signature(good.at("/tls")[0].headers["Daybook-Signature"], good.at("/tls")[0].body, ONE)
    tap.equal(len({post.connection for post in good.at("/tls")}), 1, "connections: one is used again")
    for why, endpoint in tried.items():
        tap.wait_until(lambda endpoint=endpoint: of(endpoint)["failed"] >= 1, f"refused: {why}")
        tap.check("the certificate of https://127.0.0.1:" in of(endpoint)["last_error"] and re.search(why, of(endpoint)["last_error"]),
                  f"{why}: {of(endpoint)['last_error']}")
    tap.wait_until(lambda: of(inside)["failed"] >= 1, "refused: a private address")
    tap.contains(of(inside)["last_error"], "127.0.0.1, which is no public address")
    tap.equal([each.posts for each in bad.values()] + [good.at("/inside")], [[]] * 4, "what the others were told")
    stop(trusted, inside, named, *tried.values())


@tap.test("the receiver of the examples believes what the relay posts, with either secret while one follows the other")
def _():
    write_secrets(f"one = {ONE}\nexample = {TWO}\n")
    knows_one, knows_two = (receiver.Example([receiver.IN_C], secret) for secret in (ONE, TWO))
    endpoints = [add("/", url=each.url, secrets=["example", "one"]) for each in (knows_one, knows_two)]
    event = emit("example")
    for endpoint, each in zip(endpoints, (knows_one, knows_two)):
        quiet(endpoint)
        tap.equal([line.split()[1:] for line in each.lines()[1:]], [[event, relay.TYPE]])
        tap.equal(each.stop(), 0)
    stop(*endpoints)


@tap.test("a relay whose file of authorities is none does not begin")
def _():
    for path, why in ((secrets, "there is no certificate in"), ("/nonexistent", "/nonexistent")):
        refused = program.daybook("relay", "--once", "--webhooks", "--webhook-secrets", secrets, "--webhook-ca", path, "--url", log.url)
        tap.check(refused.status not in (0, 1), f"exit status {refused.status}")
        tap.contains(refused.err, why)


@tap.test("a secret follows another one without a gap, and one that nobody knows sends nothing")
def _():
    endpoint = add("/rotates", secrets=["two"], settings={"retry_first_ms": 50})
    emit("s")
    tap.wait_until(lambda: of(endpoint)["failed"] >= 1, "the secret is not known")
    tap.equal(of(endpoint)["last_error"], "the relay does not know the secret two")
    tap.equal(hooks.at("/rotates"), [])
    write_secrets(f"one = {ONE}\ntwo = {TWO}\n")
    quiet(endpoint)
    check_signature(hooks.at("/rotates")[-1].headers["Daybook-Signature"], hooks.at("/rotates")[-1].body, TWO)
    log.run(call("bus.fn_set_webhook", endpoint_id=endpoint, url=hooks.url("/rotates"), event_types=[relay.TYPE], secrets=["two", "one"],
                 settings={"allow_private": True}))
    emit("s")
    quiet(endpoint)
    check_signature(hooks.at("/rotates")[-1].headers["Daybook-Signature"], hooks.at("/rotates")[-1].body, TWO, ONE)
    tap.check(not [line for line in posting.said("") if ONE in line or TWO in line], "a secret is in the log")
    stop(endpoint)


@tap.test("what cannot be delivered is given up in the end, and can be sent once more by hand")
def _():
    well = threading.Event()
    hooks.answers["/dies"] = lambda handler, post: status(200 if well.is_set() else 500)(handler, post)
    endpoint = add("/dies", settings={"retry_for_s": 1, "retry_first_ms": 300})
    event = emit("d")
    tap.wait_until(lambda: of(endpoint)["dead"] == 1, "it is dead", 60)
    tap.equal([(row["event_id"], row["state"]) for row in deliveries(endpoint, "dead")], [(event, "dead")])
    tap.equal(log.value("select payload ->> 'deliveries' from bus.domain_events where event_type = 'bus.webhook_given_up' order by id desc limit 1"), "1")
    well.set()
    before = len(hooks.at("/dies"))
    shown = program.daybook("webhook", "resend", endpoint, str(deliveries(endpoint, "dead")[0]["seq"]), "--url", log.url, "--format", "json").ok().json()
    tap.equal((shown[0] if isinstance(shown, list) else shown["resend"][0])["outcome"], "created")
    posts = hooks.wait_for("/dies", before + 1)
    tap.equal((posts[-1].event["id"], posts[-1].headers["Daybook-Resend"]), (event, "1"))
    quiet(endpoint)
    stop(endpoint)


@tap.test("the commands: add, list, set, test, pause, resume, deliveries")
def _():
    def daybook(*words):
        return program.daybook("webhook", *words, "--url", log.url, "--format", "json")

    url = hooks.url("/commands")
    done = daybook("add", url, "--type", relay.TYPE, "--secret", "one", "--allow-private", "--timeout", "90s", "--retry-for", "2d").ok().json()
    endpoint = rows_of(done)[0]["id"]
    tap.equal((of(endpoint)["timeout_ms"], of(endpoint)["retry_for_s"], of(endpoint)["state"]), (90000, 172800, "enabled"))
    tap.equal(rows_of(daybook("test", url).ok().json())[0]["state"], "delivered")
    tap.equal(hooks.at("/commands")[-1].event["type"], "bus.webhook_pinged")
    daybook("set", endpoint, "--rate", "7", "--type", "all").ok()
    tap.equal((of(endpoint)["rate_per_s"], of(endpoint)["event_types"], of(endpoint)["timeout_ms"]), (7, None, 90000))
    daybook("pause", endpoint[:8], "--reason", "r").ok()
    daybook("test", endpoint).exits(5)
    daybook("resume", endpoint, "--reason", "r").ok()
    listed = [row for row in rows_of(daybook("list").ok().json()) if row["endpoint_id"] == endpoint]
    tap.equal([(row["state"], row["delivered"], "/commands" in str(row)) for row in listed], [("enabled", 1, False)])
    tap.equal([row["state"] for row in rows_of(daybook("deliveries", "--endpoint", endpoint).ok().json())], ["delivered"])
    hooks.answers["/commands"] = status(500, body=b"no\x1b[31m")
    tap.check("500: no" in daybook("test", endpoint).exits(4).out, "what came back is not told")
    daybook("disable", endpoint, "--reason", "r").ok()
    daybook("set", str(uuid.uuid4()), "--rate", "1").exits(5)
    daybook("add", "https://example.com/", "--secret", "one").exits(2)


def rows_of(shown):
    return shown if isinstance(shown, list) else next(iter(shown.values()))


def refused(one, query):
    try:
        one.run(query)
    except session.Refused as refusal:
        tap.equal(refusal.sqlstate, "42501", query)
    else:
        raise tap.Failure(f"was allowed: {query}")


@tap.test("who manages an account has its events posted, and no others; nobody else's secrets, and no private addresses")
def _():
    mine, others = str(uuid.uuid4()), str(uuid.uuid4())
    host.sql("create role hooked login")
    log.run("grant usage on schema bus to hooked")
    for name in ("fn_set_webhook", "fn_set_webhook_state", "fn_webhooks"):
        log.run(f"grant execute on function bus.{name} to hooked")
    log.run(f"insert into settings.account_grants (account_id, role_name, rights, granted_at) values ('{mine}', 'hooked', '{{manage}}', now())")
    one = session.Session(host.url("posted", "hooked"))

    def asked(**other):
        arguments = dict(endpoint_id=str(uuid.uuid4()), url="https://example.com/", event_types=[relay.TYPE], secrets=["of_mine"], account_id=mine)
        return call("bus.fn_set_webhook", **{**arguments, **other})

    tap.equal(one.row(asked())["outcome"], "created")
    for other in (dict(account_id=None), dict(account_id=others), dict(secrets=["one"]), dict(settings={"allow_private": True})):
        refused(one, asked(**other))
    tap.equal([row["account_id"] for row in one.rows("select account_id from bus.fn_webhooks()")], [mine])
    foreign = add("/foreign")
    refused(one, call("bus.fn_set_webhook_state", endpoint_id=foreign, state="paused", reason="r"))
    one.close()
    stop(foreign)


@tap.test("whatever is killed, every event arrives at least once and in order")
def _():
    # Of a relay that is killed nobody takes over an attempt before its time is over.
    endpoint = add("/killed", settings={"timeout_ms": 1000, "in_flight_max": 8, "rate_per_s": 10000})
    events, ended = [], threading.Event()
    writer = session.Session(log.url)
    came = hooks.count

    def write():
        number = 0
        while not ended.is_set():
            number, event = number + 1, str(uuid.uuid4())
            writer.run(relay.emit(f"killed {number % 5}", event))
            events.append(event)
            while len(events) > came("/killed") + 50 and not ended.wait(0.01):
                pass

    thread = threading.Thread(target=write)
    thread.start()
    current, dice = posting, random.Random(7)
    try:
        for kill in range(KILLS):
            hooks.wait_for("/killed", came("/killed") + dice.randrange(1, 40))
            if kill % 4 == 3:
                log.run("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name like 'daybook relay%'")
            else:
                current.signal(signal.SIGKILL)
                current.process.wait(30)
                current = start()
    finally:
        ended.set()
        thread.join()
    quiet(endpoint)
    posts = hooks.at("/killed")
    tap.equal(sorted({post.event["id"] for post in posts}), sorted(events), "events that came")
    check_order(posts)
    print(f"# figure: {KILLS} kills, {len(events)} events, {len(posts) - len(events)} repeated", flush=True)
    tap.equal(current.stop(), 0, "exit status")


tap.main()
