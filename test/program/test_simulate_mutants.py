"""The simulation finds errors: each of these alters one rule of the book in a database of its own, and must be found."""

from harness import program, server, session, tap

# Name, function, its text, and what is put in its place.
MUTANTS = [
    ("a sign: buying makes the open position cheaper", "trading._position_apply",
     "open_cost := trim_scale(p_open_cost + v_value);", "open_cost := trim_scale(p_open_cost - v_value);"),
    ("rounding up instead of to the nearest", "util.div18",
     "* 0.0000000000000000001)", "* 0.0000000000000000001 + sign(p_numerator) * sign(p_denominator) * 0.0000000000000000004)"),
    ("truncation instead of rounding", "util.div18",
     "round(", "trunc("),
    ("a flip keeps the average of what it closed", "trading._position_apply",
     "+ (v_value + v_closed_value));",
     "+ case when sign(p_open_cost) * sign(v_value + v_closed_value) < 0 "
     "then util.div18(p_open_cost * (p_signed_qty + v_delta), p_signed_qty) else v_value + v_closed_value end);"),
    ("a trade number that is known makes a second fill", "trading._answer_known_fill",
     "and f.venue_trade_id = p_fill.venue_trade_id", "and false"),
    ("a fill with another price passes for the known one", "trading._answer_known_fill",
     "when v_old.price <> p_fill.price then 'price'", ""),
    ("a submission with another quantity passes for the known one", "trading._answer_known_order",
     "when v_old.qty <> p_qty then 'qty'", ""),
    ("a late fill brings a canceled order back", "trading._order_status",
     "when p_lifecycle in ('canceled', 'expired') then p_lifecycle",
     "when p_lifecycle in ('canceled', 'expired') and p_cum_qty = 0 then p_lifecycle"),
    ("more than was asked for does not fill an order", "trading._order_status",
     "return case\n            when p_cum_qty >= p_working_qty then 'filled'", "return case\n            when p_cum_qty = p_working_qty then 'filled'"),
    ("a fee in the base currency takes nothing from the quantity", "trading._fee_kind",
     "THEN 'base'::text", "THEN 'none'::text"),
    ("a third asset is worth one unit of the position's currency", "trading._fee_kind",
     "THEN 'converted'::text", "THEN 'settle'::text"),
    ("a bust leaves the position as it was", "trading._amend_fill",
     "v_position := trading._refold_position(v_position, v_new, v_busted);", ""),
    ("a bust of a full order leaves it open", "trading._amend_order",
     "else 'bust' end", "else 'bust_working' end"),
    ("a correction of the fee is forgotten", "trading._correct_terms",
     "p_fill.fee := coalesce(p_event.fee, p_fill.fee);", ""),
    ("funding counts twice", "trading.fn_record_funding",
     "trim_scale(p.funding + fn_record_funding.amount)", "trim_scale(p.funding + 2 * fn_record_funding.amount)"),
    ("longs receive what they should pay", "trading._funding_amount",
     "(- p_multiplier)", "p_multiplier"),
    ("a currency without a rate is taken one to one", "trading._value_account",
     "(p_rates ->> t.currency)::numeric", "coalesce((p_rates ->> t.currency)::numeric, 1)"),
    ("a refused cancel ends the cancel of nothing", "trading._order_next",
     "elsif v_live and p_pending = 'cancel' then\n                pending := 'none';\n                outcome_unknown := false;",
     "elsif v_live then\n                pending := 'none';\n                outcome_unknown := false;"),
    ("a run ends as often as it is told", "trading.fn_finish_run",
     " and r.status = 'running'", ""),
    ("the state that was saved last is loaded, though it is older", "trading.fn_load_state",
     "order by s.as_of desc, s.recorded_at desc", "order by s.recorded_at desc"),
    ("any token lets a bot ask for orders", "trading._stopped",
     "if code is null and v_bot_id is not null then", "if false then"),
    ("a lease that is over counts until another process has it", "trading._fence_broken",
     "when v_lease.token = p_token and v_lease.expires_at > clock_timestamp() then null", "when v_lease.token = p_token then null"),
    ("what a stale holder tells passes for the holder's", "trading._fact_ctx",
     """return p_ctx || '{"stale_fence": true}';""", "return p_ctx;"),
    ("a halt lets other terms through", "trading._order_event_refusal",
     "p_event <> 'cancel_request') as s;", "false) as s;"),
    ("a halt of a bot stops the others, too", "trading._halt_in_force",
     "(h.bot_id is null or h.bot_id = p_bot_id)", "true"),
    ("a cap is used up one unit too early", "trading._over_cap",
     "when p_used + p_amount > p_limit then", "when p_used + p_amount >= p_limit then"),
    ("an order that has ended keeps what it may not fill any more", "trading._order_notional",
     "if p_order.lifecycle in ('submitted', 'accepted', 'triggered') then", "if p_order.lifecycle <> 'denied' then"),
    ("what an order gives back is lost", "trading._count_notional",
     "if v_amount <> v_reserve.amount then", "if v_amount > v_reserve.amount then"),
    ("a bust gives nothing back", "trading._count_notional",
     "if v_amount <> v_reserve.amount then", "if v_amount <> v_reserve.amount and new.cum_value >= old.cum_value then"),
    ("the day does not turn", "trading._new_reserve",
     "trading._cap_day(), p_currency", "date '2000-01-01', p_currency"),
    ("a lowered cap leaves what was handed out of the old one", "trading.fn_set_cap",
     "perform trading._empty_slices(v_account_id, v_bot_id);", ""),
]

host = server.Server()
url = host.installed("book")


# The first seeds find most of them.
SEEDS = [(1, 2), (3, 2), (5, 4)]


def simulate(database, seed, seeds):
    return program.daybook("simulate", "--store", "server", "--url", host.url(database, "trader"), "--seed", seed, "--seeds", seeds,
                           "--operations", 320, "--no-faults")


def mutate(database, function, text, other):
    one = session.Session(host.url(database, "postgres"))
    schema, name = function.split(".")
    definition = one.value("select pg_get_functiondef(p.oid) from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace "
                           f"where n.nspname = '{schema}' and p.proname = '{name}'")
    tap.equal(definition.count(text), 1, f"occurrences of {text!r} in {function}")
    host.sql(definition.replace(text, other), database)
    one.close()


@tap.test("the book as it is: no differences")
def _():
    host.sql("create database unaltered template book owner trader")
    simulate("unaltered", 1, 8).ok()


for number, (mutant, *change) in enumerate(MUTANTS):
    @tap.test(f"found: {mutant}")
    def _(database=f"mutant_{number}", change=change):
        for seed, seeds in SEEDS:
            host.sql(f"create database {database} template book owner trader")
            mutate(database, *change)
            done = simulate(database, seed, seeds)
            host.sql(f"drop database {database}")
            if done.status != 0:
                break
        done.exits(1)


tap.main()
