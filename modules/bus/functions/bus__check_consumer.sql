create or replace function bus._check_consumer(
    p_consumer text, p_kind text, p_event_types text[], p_policy text, p_max_attempts integer, p_members integer)
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_wrong text := case
        when (p_consumer ~ '^[a-z0-9][a-z0-9_.-]{0,62}$') is not true then 'p_consumer'
        when (p_kind in ('application', 'sink', 'webhooks')) is not true then 'p_kind'
        when (p_policy in ('skip', 'block_aggregate', 'block_all')) is not true then 'p_policy'
        when (p_max_attempts between 1 and 1000) is not true then 'p_max_attempts'
        when (p_members in (1, 2, 4, 8, 16, 32, 64)) is not true then 'p_members'
        when cardinality(p_event_types) = 0 then 'p_event_types'
    end;
    v_unknown text;
begin
    if v_wrong is not null then
        raise exception 'argument % of consumer % is %', v_wrong, coalesce(quote_literal(p_consumer), 'null'),
                coalesce(case v_wrong when 'p_kind' then p_kind when 'p_policy' then p_policy when 'p_max_attempts' then p_max_attempts::text
                                      when 'p_members' then p_members::text when 'p_event_types' then p_event_types::text else p_consumer end, 'null')
            using errcode = 'TB001',
                  hint = 'A name is of lower-case letters, digits, dots, dashes and underscores, 63 at most; kinds are application, sink, webhooks; '
                         'policies are skip, block_aggregate, block_all; 1 to 1000 attempts; members are a power of two up to 64; types are some, or null for all.';
    end if;
    select e.name into v_unknown
      from unnest(p_event_types) as e (name)
     where not exists (select 1 from bus.domain_event_type as t where t.event_type = e.name)
     limit 1;
    if found then
        raise exception 'event type % is not declared', coalesce(quote_literal(v_unknown), 'null')
            using errcode = 'TB002', hint = 'bus.domain_event_type lists what is.';
    end if;
end
$$;

comment on function bus._check_consumer(text, text, text[], text, integer, integer) is
    'Returns if a consumer may be declared so; TB001 naming the argument, TB002 for an undeclared type of event.';
