create or replace function trading._check_reconcile(p_venue_state jsonb, p_as_of timestamptz, p_apply boolean, p_book_cash boolean) returns void
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    c_sections constant text[] := array['fills', 'open_orders', 'orders_queried', 'positions', 'balances'];
    v_unknown text;
begin
    if p_as_of is null or not isfinite(p_as_of) then
        raise exception 'argument p_as_of is %', coalesce(p_as_of::text, 'null')
            using errcode = 'TB001', hint = 'Pass the moment at which the venue was asked.';
    end if;
    if p_apply is null or p_book_cash is null then
        raise exception 'argument % is null', case when p_apply is null then 'p_apply' else 'p_book_cash' end
            using errcode = 'TB001', hint = 'Pass true or false.';
    end if;
    if p_venue_state is null or jsonb_typeof(p_venue_state) <> 'object' then
        raise exception 'argument p_venue_state is no object' using errcode = 'TB001', hint = 'Pass a JSON object of sections.';
    end if;
    select string_agg(k.key, ', ' order by k.key) into v_unknown
      from jsonb_object_keys(p_venue_state) as k (key)
     where k.key <> all (c_sections);
    if v_unknown is not null then
        raise exception 'argument p_venue_state has %, which is no section', v_unknown
            using errcode = 'TB001', hint = format('Sections are %s.', array_to_string(c_sections, ', '));
    end if;
    if jsonb_strip_nulls(p_venue_state) = '{}' then
        raise exception 'argument p_venue_state has no section that is known'
            using errcode = 'TB001', hint = 'Nothing can be compared with a venue that was not asked or did not answer.';
    end if;
end
$$;

comment on function trading._check_reconcile(jsonb, timestamptz, boolean, boolean) is
    'Returns if the arguments of a reconciliation are well formed, apart from the entries of the sections; else TB001 naming what is not.';
