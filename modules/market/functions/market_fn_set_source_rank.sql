-- A source has no identity but its name: the call states what its rank shall be, and repeating it changes nothing.
create or replace function market.fn_set_source_rank(
    p_source text,
    p_rank   integer,
    p_reason text,
    p_ctx    jsonb default null)
returns table (
    outcome  text,
    rank     integer,
    old_rank integer)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_ctx jsonb := util.ctx(p_ctx);
begin
    perform util.require_text('p_source', p_source);
    perform util.require_text('p_reason', p_reason);
    if p_rank is null or p_rank not between 0 and 899999 then
        raise exception 'p_rank is %', coalesce(p_rank::text, 'null')
            using errcode = 'TB001', hint = 'Ranks go from 0 to 899999; above are corrections.';
    end if;
    if p_source = 'correction' then
        raise exception 'p_source is correction'
            using errcode = 'TB001', hint = 'Corrections stand above everything that is received.';
    end if;

    perform pg_advisory_xact_lock(hashtextextended('ingest.sources ' || p_source, 0));
    select s.rank into old_rank from ingest.sources s where s.source = p_source;
    if old_rank = p_rank then
        return query select 'replayed', p_rank, old_rank;
        return;
    end if;
    insert into ingest.sources as s (source, rank, comment)
      values (p_source, p_rank, p_reason)
    on conflict on constraint sources_pkey do update set rank = excluded.rank, changed_at = clock_timestamp();
    perform audit._write('market.fn_set_source_rank', 'ingest_source', p_source, null, 'created', 'source_ranked',
                         jsonb_build_object('rank', p_rank, 'old_rank', old_rank, 'reason', p_reason), v_ctx);
    perform bus.fn_emit_domain_event(
        p_event_type   => 'market.source_ranked',
        p_aggregate_id => p_source,
        p_payload      => jsonb_strip_nulls(jsonb_build_object(
            'source', p_source, 'rank', p_rank, 'old_rank', old_rank, 'reason', p_reason)),
        p_ctx          => v_ctx);
    return query select 'created', p_rank, old_rank;
end
$$;
comment on function market.fn_set_source_rank(text, integer, text, jsonb) is
    'Says how far a source is believed, with the reason, which is audited. It is for conflicts that come after it: what was decided stays. '
    'created when the rank changed (old_rank null for a source that was not listed), replayed when it was so already. TB001 malformed, '
    'or the source is correction.';
