"""`daybook simulate`: random histories come out of the book as the reference says, whatever goes wrong meanwhile; the same seed is the
same history; a book that was altered is found out."""

import re

from harness import program, server, session, tap

FIGURE = re.compile(r"operations=(\d+) seeds=(\d+) desks=(\d+) stores=(\d+) faults=(\d+) differences=(\d+)")

host = server.Server()


def simulate(*arguments):
    return program.daybook("simulate", *arguments, "--pg-bin", server.bin_folder())


@tap.test("16 histories of 250 operations into a server, into files and through spools: no difference, whatever goes wrong meanwhile")
def _():
    done = simulate("--seeds", 16, "--operations", 250).ok()
    figure = FIGURE.fullmatch(done.out.splitlines()[-1])
    tap.check(figure, done.out)
    tap.equal(figure.group(1, 2, 3, 4, 6), ("4000", "16", "8", "3", "0"), "operations, seeds, desks, stores, differences")
    faults = re.search(r"faults: (\d+) connections cut, (\d+) clients killed, (\d+) servers killed, (\d+) outages", done.out)
    tap.check(all(int(faults[kind]) > 0 for kind in (1, 2, 3, 4)), faults[0])
    tap.equal(sum(int(faults[kind]) for kind in (1, 2, 3, 4)), int(figure[5]), "faults")


@tap.test("into files alone, clients are killed where a server would lose its connection")
def _():
    done = simulate("--store", "file", "--seeds", 6, "--operations", 250).ok()
    figure = FIGURE.fullmatch(done.out.splitlines()[-1])
    tap.equal(figure.group(1, 2, 3, 4, 6), ("1500", "6", "0", "1", "0"), "operations, seeds, desks, stores, differences")
    tap.equal(re.search(r"(\d+) clients killed", done.out)[1], figure[5], "clients killed, of all faults")
    for store in ("file", "spool"):
        simulate("--store", store, "--url", "postgresql:///somewhere").exits(2)


@tap.test("the same seed is the same history, in other databases and with other faults")
def _():
    digests = []
    for name, more in (("first", []), ("second", ["--no-faults"])):
        url = host.installed(name)
        simulate("--store", "server", "--url", url, "--seed", 7, "--seeds", 2, "--operations", 200, *more).ok()
        digests.append({row["section"]: row["sha256"]
                        for row in program.daybook("book", "dump", "--digest", "--url", url, "--format", "json").ok().json()["digests"]})
    # The number of times that a contradiction was heard is in the version of its order, so lost answers are in the dump, too.
    same = [section for section in digests[0] if section not in ("orders", "order_events", "fills", "fill_events", "accounts", "all")]
    tap.equal({section: digests[0][section] for section in same}, {section: digests[1][section] for section in same})


@tap.test("what is played has everything that a book meets")
def _():
    url = host.installed("met")
    simulate("--store", "server", "--url", url, "--seed", 100, "--seeds", 12, "--operations", 450, "--no-faults").ok()
    one = session.Session(url)

    def met(query):
        return sorted(row["x"] for row in one.rows(query) if row["x"] is not None)

    tap.equal(met("select distinct position_mode as x from trading.accounts"), ["hedging", "netting"])
    tap.equal(met("select distinct kind as x from trading.positions"), ["inverse", "perp", "spot"])
    tap.equal(met("select distinct flag as x from trading.fills, unnest(flags) as flag"),
              ["busted", "corrected", "late", "orphan", "out_of_order", "overfill", "unpriced_fee"])
    tap.equal(met("select status as x from trading.orders union select status from trading.order_events"),
              ["accepted", "canceled", "denied", "expired", "filled", "partially_filled", "pending_cancel", "pending_replace", "rejected",
               "submitted", "triggered"])
    tap.equal(met("select distinct event || ' ' || outcome as x from trading.order_events"),
              sorted(f"{event} {outcome}" for outcome in ("created", "refused") for event in (
                  "acknowledge", "trigger", "reject", "cancel_request", "cancel", "cancel_reject", "replace_request", "replace",
                  "replace_reject", "expire", "outcome_unknown")))
    tap.equal(met("select distinct coalesce(refusal_code, 'none') as x from trading.order_events where coalesce(refusal_code, '') not like 'cap%'"),
              ["fenced", "halted", "illegal_transition", "lot_size", "none", "order_type", "terms_missing", "tick_size"])
    tap.equal(met("select distinct origin as x from trading.orders"), ["claimed", "external", "local"])
    tap.equal(met("select kind || ' ' || outcome as x from trading.fill_events union "
                  "select outcome || ' early' from trading.fill_events where order_version is null"),
              ["bust created", "bust refused", "correct created", "correct refused", "created early", "refused early"])
    tap.equal(met("select distinct fee_kind || case when priced <> 0 then ' priced' else '' end as x from trading.position_fees"),
              ["base", "other", "other priced"])
    tap.equal(met("select distinct side as x from trading.roundtrips"), ["long", "short"])
    tap.equal(met("select distinct source as x from trading.funding_payments"), ["computed", "venue"])
    tap.equal(met("select distinct status as x from trading.runs"), ["failed", "finished", "interrupted", "running"])
    tap.equal(met("select distinct (run_id is not null)::text as x from trading.orders"), ["false", "true"])
    tap.equal(met("select distinct name as x from trading.state_snapshots"), ["maker", "risk"])
    tap.equal(met("select distinct complete::text as x from trading.equity_points"), ["false", "true"])
    tap.check(one.value("select count(*) from trading.fill_restatements") > 100, "few results were restated")
    tap.check(one.value("select min(price) < 1e-11 and max(qty) > 1e14 from trading.fills where price > 0"), "no extremes")
    tap.equal(met("select distinct event || ' ' || refusal_code as x from trading.order_events where refusal_code in ('fenced', 'halted')"),
              ["cancel_request fenced", "replace_request fenced", "replace_request halted"])
    tap.check({"cap", "cap_price", "fenced", "halted", "lot_size", "tick_size"} <= set(met("select distinct refusal_code as x from trading.orders")),
              "what a submission is refused for")
    tap.check({"trading.fill_busted", "trading.fill_corrected", "trading.fill_recorded", "trading.funding_recorded", "trading.order_imported",
               "trading.request_refused"} <= set(met("select distinct event_type as x from bus.domain_events where ctx ? 'stale_fence'")), "facts of stale holders")
    tap.equal(met("select distinct (bot_id = '00000000-0000-0000-0000-000000000000') || ' ' || (limit_amount is null) || ' ' || (slice is null) as x "
                  "from trading.notional_cap_versions where limit_amount is not null"),
              [f"{everybody} false {whole}" for everybody in ("false", "true") for whole in ("false", "true")])
    tap.check(one.value("select count(distinct day) > 5 from trading.notional_reserves"), "days do not turn")
    tap.equal(met("select distinct scope || ' ' || halted as x from trading.risk_state where account_id <> '00000000-0000-0000-0000-000000000000'"),
              ["account false", "account true", "bot false", "bot true"])
    tap.equal(met("select distinct scope || ' ' || halted as x from trading.risk_state where scope = 'global'"), ["global false"])
    tap.check({"held", "fenced"} <= set(met("select distinct code as x from audit.audit_log where action like 'trading.%_lease'")), "refused leases")
    conflicts = met("select distinct code as x from audit.audit_log where outcome = 'conflict'")
    tap.check({"order.side", "order_id", "price", "qty", "side", "venue_trade_id"} <= set(conflicts), conflicts)


@tap.test("as JSON: the figures, and the differences")
def _():
    result = simulate("--seeds", 1, "--operations", 20, "--format", "json").ok().json()
    tap.equal(result["differences"], [])
    tap.equal({name: result["simulation"][0][name] for name in ("operations", "seeds", "differences")},
              {"operations": 20, "seeds": 1, "differences": 0})


@tap.test("an altered book is found out: the seed is named, with the first lines that differ and the command that repeats it")
def _():
    url = host.installed("altered")
    host.sql("""create function public.alter() returns trigger language plpgsql as
                $$ begin new.liquidity := 'maker'; return new; end $$;
                create trigger alter before insert on trading.fills for each row execute function public.alter()""", "altered")
    done = simulate("--url", url, "--seed", 3, "--seeds", 1, "--operations", 400, "--no-faults")
    done.exits(1)
    tap.contains(done.out, "seed 3: the books differ after 400 operations")
    tap.contains(done.out, "section fills, of the book in a server")
    tap.contains(done.out, "daybook simulate --seed 3 --seeds 1 --operations 400 --no-faults --store server\n")
    tap.equal(FIGURE.fullmatch(done.out.splitlines()[-1])[6], "1", "differences")
    lines = re.findall(r"^    (fills\t.*)$", done.out, re.MULTILINE)
    tap.equal(len(lines), 2, "lines shown")
    tap.check(lines[0] in program.daybook("book", "dump", "--url", url).ok().out.splitlines(), "the first is the book's")


@tap.test("an answer that differs is shown beside the one that was due")
def _():
    url = host.installed("wrong")
    host.sql("""create or replace function trading._order_status(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric)
                returns text language sql immutable parallel safe return p_lifecycle""", "wrong")
    done = simulate("--store", "server", "--url", url, "--seed", 3, "--seeds", 1, "--operations", 300, "--no-faults", "--format", "json").exits(1)
    report = done.json()["differences"][0]["report"]
    tap.check(re.match(r"seed 3, operation \d+ \([a-z ]+\): answers differ\n  of the book in a server\n    created .*\n", report), report)


@tap.test("a database with accounts of an earlier simulation is refused")
def _():
    url = host.installed("used")
    simulate("--store", "server", "--url", url, "--seeds", 1, "--operations", 3).ok()
    done = simulate("--store", "server", "--url", url, "--seeds", 1, "--seed", 2, "--operations", 3)
    done.exits(5)
    tap.contains(done.err, "accounts of an earlier simulation")


@tap.test("a history that cannot be played is no success: exit 3, or the status of what is wrong before")
def _():
    program.daybook("simulate", "--seeds", 1, "--url", "postgresql:///nowhere?host=/nowhere").exits(4)
    program.daybook("simulate", "--seeds", 1, "--pg-bin", "/nowhere").exits(3)
    program.daybook("simulate", "--operations", 2).exits(2)


tap.main()
