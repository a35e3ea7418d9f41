"""daybook bot and daybook risk: what they say, what they change, and how a change is repeated."""

import json
import re
import signal
import uuid

from harness import calls, program, server, session, tap
from harness.program import daybook
from harness.session import call

host = server.Server()
one = calls.settle(host.installed("fleet"))
url = host.url("fleet")
NONE = str(uuid.uuid4())


def ask(*words, status=0):
    """What the command answers as JSON."""
    return daybook(*words, "--url", url, "--format", "json").exits(status).json()


def change(*words, status=0):
    """The row that a change answers; a table of one row is all it prints."""
    (rows,) = (value for value in ask(*words, "--reason", "test", "--actor", "me", status=status).values() if isinstance(value, list))
    tap.equal(len(rows), 1, "rows")
    return rows[0]


def refused(*words, status=5):
    return daybook(*words, "--url", url).exits(status).err


def finish(process):
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def follow(*words):
    """`daybook risk flatten` in the background, its commands being in the book."""
    before = one.value("select count(*) from trading.bot_commands")
    process = program.start(["risk", "flatten", *words, "--url", url, "--reason", "test", "--format", "json"])
    tap.wait_until(lambda: one.value("select count(*) from trading.bot_commands") > before, "the commands are sent")
    return process


def report(bot_id, status):
    return one.row(call("trading.fn_acknowledge_command", account_id=calls.ACCOUNT, by="bot", status=status,
                        command_id=one.value(f"select command_id from trading.bot_commands where bot_id = '{bot_id}' order by issued_at desc limit 1")))


trend = change("bot", "set", "trend", "--account", "lib", "--create", "--state", "running", "--params", '{"fast": 12}')["bot_id"]


@tap.test("a bot is made, changed, and every version is kept with who and why; what is not given stays")
def _():
    changed = change("bot", "set", "trend", "--state", "paused", "--image", "v2")
    tap.equal((changed["outcome"], changed["version"]), ("created", 2), "a change")
    again = change("bot", "set", "trend", "--state", "paused", "--image", "v2", "--id", changed["id"])
    tap.equal((again["outcome"], again["version"]), ("replayed", 2), "the same with its id")
    tap.contains(refused("bot", "set", "trend", "--state", "running", "--reason", "test", "--id", changed["id"]), "another desired_state")
    tap.contains(refused("bot", "set", "trend", "--state", "running", status=2), "--reason must be given")
    tap.contains(refused("bot", "set", "unknown", "--reason", "test"), "there is no bot unknown")
    versions = ask("bot", "config", "trend")["versions"]
    tap.equal([(row["version"], row["desired_state"], row["image_tag"], row["actor"], row["reason"]) for row in versions],
              [(2, "paused", "v2", "me", "test"), (1, "running", None, "me", "test")], "versions")
    tap.equal([row["strategy_params"] for row in versions], [{"fast": 12}] * 2, "parameters")
    change("bot", "set", "trend", "--state", "running")


@tap.test("list and status say who holds the lease, what is asked for, what is halted and commanded")
def _():
    token = one.row(call("trading.fn_acquire_lease", account_id=calls.ACCOUNT, bot_id=trend, acquire_id=uuid.uuid4(), holder="here", ttl="1h"))["token"]
    one.row(call("trading.fn_request_order", account_id=calls.ACCOUNT, intent_id=uuid.uuid4(), instrument_id=calls.INSTRUMENT, side="buy",
                 type="market", qty=1, price=None, stop_price=None, time_in_force=None, ttl="1h", ctx={"bot": trend, "fence": token}))
    (row,) = ask("bot", "list")["bots"]
    tap.equal((row["account"], row["bot"], row["held"], row["holder"]), ("lib", "trend", True, "here"), "the list")
    command = change("bot", "command", "trend", "reconcile", "--account", "lib")
    tap.equal(change("bot", "command", "trend", "reconcile", "--id", command["id"])["outcome"], "replayed", "the same command")
    for n in range(11):
        one.row(call("trading.fn_record_bot_event", account_id=calls.ACCOUNT, event_id=uuid.uuid4(), bot_id=trend, kind=f"k{n}", level="warning", message="m",
                     data={"n": n}, occurred_at=f"2024-03-01 12:00:{n:02}+00"))
    one.row(call("trading.fn_record_bot_event", account_id=calls.ACCOUNT, event_id=uuid.uuid4(), bot_id=None, kind="executor", level="info", message="m",
                 data=None, occurred_at="2024-03-02 12:00:00+00"))
    status = ask("bot", "status", "trend")
    tap.equal([len(status[part]) for part in ("bot", "halts", "open_intents", "commands")], [1, 0, 1, 1], "rows of the status")
    tap.equal([(row["kind"], row["level"], row["message"], row["data"]) for row in status["events"]],
              [(f"k{n}", "warning", "m", {"n": n}) for n in range(10, 0, -1)], "the latest events of the bot")
    tap.equal((status["open_intents"][0]["action"], status["commands"][0]["kind"]), ("submit", "reconcile"), "what it says")
    text = daybook("bot", "status", "trend", "--url", url).ok().out
    for word in ("here", "k10"):
        tap.contains(text, word, "as text")


@tap.test("a deploy is started, takes its steps, and shows what the two builds decided differently; a step is repeated by its id")
def _():
    token = one.value(f"select token from trading.bot_leases where bot_id = '{trend}'")
    tap.contains(refused("bot", "deploy", "trend", "start", "--reason", "test", status=2), "--image must be given")
    made = change("bot", "deploy", "trend", "start", "--image", "v3")
    tap.equal((made["outcome"], made["state"]), ("created", "requested"), "the start")
    tap.equal(change("bot", "deploy", "trend", "start", "--image", "v3", "--id", made["id"])["outcome"], "replayed", "the same again")
    tap.contains(refused("bot", "deploy", "trend", "start", "--image", "v4", "--reason", "test"), f"deploy {made['id']} of v3, asked for by me, is requested")
    started = change("bot", "deploy", "trend", "starting")
    tap.equal(change("bot", "deploy", "trend", "starting", "--id", started["id"])["outcome"], "replayed", "the same step")
    tap.equal(change("bot", "deploy", "trend", "shadowing")["state"], "shadowing", "the shadow")
    for key, green in (("a", 1), ("b", 2)):
        one.row(call("trading.fn_submit_order", account_id=calls.ACCOUNT, order_id=uuid.uuid4(), instrument_id=calls.INSTRUMENT, side="buy", type="market",
                     qty=1, price=None, stop_price=None, time_in_force=None, idempotency_key=key, ctx={"bot": trend, "fence": token}))
        one.row(call("trading.fn_record_shadow_order", account_id=calls.ACCOUNT, deploy_id=uuid.UUID(made["id"]), shadow_order_id=uuid.uuid4(),
                     instrument_id=calls.INSTRUMENT, side="buy", type="market", qty=green, price=None, stop_price=None, time_in_force=None,
                     decided_at="2024-03-01 12:00:00+00", idempotency_key=key))
    shown = ask("bot", "deploy", "trend")
    tap.equal([(row["image_tag"], row["state"], row["shadow_orders"]) for row in shown["deploys"]], [("v3", "shadowing", 2)], "deploys")
    tap.equal([row["to_state"] for row in shown["steps"]], ["starting", "shadowing"], "steps")
    tap.equal({row["result"]: row["decisions"] for row in shown["compared"]}, {"matched": 1, "differs": 1}, "the comparison")
    tap.equal([row["differences"] for row in shown["differences"]], [{"qty": {"blue": "1", "green": "2"}}], "differences")
    tap.contains(refused("bot", "deploy", "trend", "switching", "--reason", "test"), "differ in 1 of 2 decisions; 0 were accepted")
    tap.equal(change("bot", "deploy", "trend", "switching", "--accept", "1")["state"], "switching", "the switch")
    tap.equal(ask("bot", "list")["bots"][0]["image_tag"], "v3", "the build of the bot")
    tap.contains(refused("bot", "deploy", "trend", "active", "--reason", "test"), "no process of the deploy holds its lease")
    tap.equal(change("bot", "deploy", "trend", "rolled_back", "--deploy", made["id"])["state"], "rolled_back", "the way back")
    tap.equal(ask("bot", "list")["bots"][0]["image_tag"], "v2", "the build of the bot after it")


@tap.test("halts begin and end, each by its id, with who and why")
def _():
    tap.equal(ask("risk", "status")["halts"], [], "nothing is halted")
    tap.contains(refused("risk", "halt", "--reason", "test", status=2), "--all, or --account")
    made = [change("risk", "halt", *words) for words in (["--all"], ["--account", "lib"], ["--bot", "trend"])]
    tap.equal([row["outcome"] for row in made], ["created"] * 3, "halts")
    tap.equal(change("risk", "halt", "--all", "--id", made[0]["id"])["outcome"], "replayed", "the first again")
    tap.equal([(row["scope"], row["account"], row["bot"], row["actor"], row["reason"]) for row in ask("risk", "status", status=1)["halts"]],
              [("global", None, None, "me", "test"), ("account", "lib", None, "me", "test"), ("bot", "lib", "trend", "me", "test")], "status")
    tap.equal(len(ask("bot", "status", "trend")["halts"]), 3, "those that stop the bot")
    for row, account in zip(made, ([], ["--account", "lib"], ["--account", "lib"])):
        tap.equal(change("risk", "resume", row["id"])["outcome"], "created", "its end")
        tap.equal(change("risk", "resume", row["id"], *account)["outcome"], "replayed", "the same again")
    tap.contains(refused("risk", "resume", NONE, "--reason", "test"), "no halt of all trading")
    tap.equal(ask("risk", "status")["halts"], [], "nothing is halted any more")


@tap.test("caps are set and removed by who and why, and their use is shown")
def _():
    made = change("risk", "cap", "--bot", "trend", "--currency", "USD", "--limit", "1000")
    tap.equal((made["outcome"], made["version"]), ("created", 1), "a cap of a bot")
    again = change("risk", "cap", "--bot", "trend", "--currency", "USD", "--limit", "1000", "--id", made["id"])
    tap.equal((again["outcome"], again["version"]), ("replayed", 1), "the same with its id")
    tap.equal(change("risk", "cap", "--all", "--currency", "USD", "--limit", "5000")["outcome"], "created", "a cap of all trading")
    caps = ask("risk", "caps")["caps"]
    tap.equal([(row["scope"], row["bot"], row["currency"]) for row in caps], [("global", None, "USD"), ("bot", "trend", "USD")], "the list")
    tap.equal(ask("risk", "status")["caps"], caps, "in the status")
    tap.contains(refused("risk", "cap", "--account", "lib", "--currency", "USD", "--limit", "1", "--reason", "test", status=2), "--all, or --bot")
    tap.contains(refused("risk", "cap", "--all", "--limit", "1", "--reason", "test", status=2), "--currency must be given")
    for words in (["--bot", "trend"], ["--all"]):
        change("risk", "cap", *words, "--currency", "USD", "--limit", "none")
    tap.equal(ask("risk", "caps")["caps"], [], "no cap is left")


@tap.test("the status has thresholds and the latest trips of breakers, of all trading, of accounts and of bots")
def _():
    status = ask("risk", "status")
    tap.equal((status["thresholds"], status["trips"]), ([], []), "none yet")
    for account, bot, value in ((None, None, 3), (calls.ACCOUNT, None, 2), (calls.ACCOUNT, trend, 1)):
        one.row(call("trading.fn_set_threshold", change_id=uuid.uuid4(), account_id=account, bot_id=bot, name="drawdown", value=value, unit="percent",
                     reason="test", actor="me"))
    for n in range(9):
        one.row(call("trading.fn_trip_breaker", account_id=None, event_id=uuid.uuid4(), bot_id=None, breaker=f"b{n}", threshold="drawdown",
                     threshold_value=3, value=n, action="none", reason="test", actor="me"))
    for bot, action in ((None, "none"), (trend, "halt")):
        made = one.row(call("trading.fn_trip_breaker", account_id=calls.ACCOUNT, event_id=uuid.uuid4(), bot_id=bot, breaker="watch", threshold=None,
                            threshold_value=None, value=None, action=action, reason="test", actor="me"))
    status = ask("risk", "status", status=1)
    tap.equal([(row["scope"], row["account"], row["bot"], row["threshold"], float(row["value"]), row["unit"]) for row in status["thresholds"]],
              [("global", None, None, "drawdown", 3, "percent"), ("account", "lib", None, "drawdown", 2, "percent"),
               ("bot", "lib", "trend", "drawdown", 1, "percent")], "thresholds")
    tap.equal([(row["scope"], row["account"], row["bot"], row["breaker"], row["action"]) for row in status["trips"]],
              [("bot", "lib", "trend", "watch", "halt"), ("account", "lib", None, "watch", "none")]
              + [("global", None, None, f"b{n}", "none") for n in range(8, 0, -1)], "the latest trips")
    tap.equal((status["trips"][0]["halt_id"], status["trips"][0]["actor"], status["trips"][0]["reason"]), (str(made["halt_id"]), "me", "test"),
              "what a trip says")
    tap.equal(float(status["trips"][2]["value"]), 8.0, "what the breaker saw")
    tap.equal(ask("risk", "status", "--account", "lib", status=1), status, "of the one account that there is")
    text = daybook("risk", "status", "--url", url).exits(1).out
    for word in ("drawdown", "percent", "watch"):
        tap.contains(text, word, "as text")
    change("risk", "resume", str(made["halt_id"]))


@tap.test("without --actor a change is signed by the user at this host")
def _():
    made = daybook("risk", "halt", "--bot", "trend", "--reason", "test", "--url", url, "--format", "json").ok().json()["halt"][0]
    (row,) = ask("risk", "status", status=1)["halts"]
    tap.check(re.fullmatch(r"\S+@\S+", row["actor"]), row["actor"])
    change("risk", "resume", made["id"])


@tap.test("flatten follows the bots until all are done; interrupted or late it tells how to go on, and sends nothing twice")
def _():
    run_id = str(uuid.uuid4())
    process = follow("--account", "lib", "--id", run_id)
    process.send_signal(signal.SIGINT)
    status, _, err = finish(process)
    tap.equal(status, 130, "status when it is interrupted")
    tap.contains(err, run_id, "how to go on")
    tap.contains(refused("risk", "flatten", "--account", "lib", "--id", run_id, "--reason", "test", "--timeout", "1ms", status=4), run_id)
    process = program.start(["risk", "flatten", "--account", "lib", "--id", run_id, "--url", url, "--reason", "test", "--format", "json"])
    report(trend, "acknowledged"), report(trend, "done")
    status, out, err = finish(process)
    tap.equal(status, 0, f"status when all are done: {err}")
    (row,) = json.loads(out)["flatten"]
    tap.equal((row["bot"], row["status"], row["taken_by"], row["open_positions"]), ("trend", "done", "bot", 0), "the bot")
    tap.equal(one.value("select count(*) from trading.bot_commands where kind = 'flatten'"), 1, "commands sent")


@tap.test("flatten says when a bot could not, and when there is none to be told")
def _():
    process = follow("--bot", "trend")
    report(trend, "failed")
    status, out, _ = finish(process)
    tap.equal((status, json.loads(out)["flatten"][0]["status"]), (1, "failed"), "a bot that failed")
    one.run("update trading.bot_leases set expires_at = clock_timestamp()")
    change("bot", "set", "trend", "--state", "stopped")
    tap.contains(refused("risk", "flatten", "--all", "--reason", "test"), "no bot is there to be told")


tap.main()
