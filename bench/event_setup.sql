-- The least that a function can do and tell of: a row of the connection's own, with a version.
create schema bench;
create table bench.things (thing_id uuid primary key, version bigint not null, amount numeric not null, changed_at timestamptz not null);
insert into bench.things
select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 0, 0, clock_timestamp() from generate_series(0, 31) as n;
select bus.fn_declare_event_type('bench.thing_changed', 'bench', 'bench_thing', 'The amount of a thing changed.',
                                 '{"required": {"thing_id": "uuid", "amount": "decimal"}}');

create function bench.fn_change_thing(p_thing_id uuid, p_amount numeric) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version bigint;
    v_amount numeric;
    v_event_id uuid;
begin
    update bench.things as t
       set version = t.version + 1, amount = t.amount + p_amount, changed_at = clock_timestamp()
     where t.thing_id = p_thing_id
    returning t.version, t.amount into strict v_version, v_amount;
    v_event_id := bus._emit_versioned('bench.thing_changed', p_thing_id::text, v_version,
                                      jsonb_build_object('amount', v_amount::text, 'thing_id', p_thing_id), null, null, null, null);
    return v_version;
end
$$;
