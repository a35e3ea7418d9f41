create or replace function audit.fn_verify_seals(p_after_seal bigint default 0, p_limit integer default 100)
returns table (seal_no bigint, last_seq bigint, hash bytea, problem text)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
as $$
#variable_conflict use_column
declare
    v_before audit.seals;
    v_seal audit.seals;
    v_events record;
    v_rows record;
begin
    if p_after_seal is null or p_after_seal < 0 or p_limit is null or p_limit not between 1 and 10000 then
        raise exception 'argument p_after_seal is % and p_limit is %', coalesce(p_after_seal::text, 'null'), coalesce(p_limit::text, 'null')
            using errcode = 'TB001', hint = 'Pass the last seal that was looked at, 0 for none, and 1 to 10000 seals to look at.';
    end if;
    select * into v_before from audit.seals as s where s.seal_no = p_after_seal;

    for v_seal in
        select * from audit.seals as s where s.seal_no > p_after_seal order by s.seal_no limit p_limit
    loop
        v_events := audit._events_hash(v_seal.log, v_seal.after_seq, v_seal.last_seq);
        -- A row that the audit log lost has no hash of its own any more, so it cannot be equal.
        select count(*) as rows, sha256(coalesce(string_agg(r.hash, '' order by r.audit_id), '')) as hash,
               array_agg(r.audit_id order by r.audit_id)
                   filter (where a.audit_id is null or r.hash is distinct from audit._row_hash(a)) as altered
          into v_rows
          from audit.sealed_rows as r
          left join audit.audit_log as a on a.audit_id = r.audit_id
         where r.seal_no = v_seal.seal_no;

        problem := case
            when v_seal.seal_no <> coalesce(v_before.seal_no, 0) + 1
                then format('seal %s is missing', coalesce(v_before.seal_no, 0) + 1)
            when v_seal.after_seq <> coalesce(v_before.last_seq, 0)
                then format('begins after place %s, and the one before ends at %s', v_seal.after_seq, coalesce(v_before.last_seq, 0))
            when v_events.events <> v_seal.last_seq - v_seal.after_seq
                then format('of the %s events from place %s to %s there are %s', v_seal.last_seq - v_seal.after_seq, v_seal.after_seq + 1, v_seal.last_seq,
                            v_events.events)
            when v_rows.rows <> v_seal.audit_rows
                then format('it covers %s rows of the audit log, and %s are known', v_seal.audit_rows, v_rows.rows)
            when v_rows.altered is not null
                then format('rows of the audit log were changed or removed: %s',
                            array_to_string(v_rows.altered[:10], ', ') || case when cardinality(v_rows.altered) > 10 then ' …' else '' end)
            when v_seal.hash <> audit._chain_hash(v_before.hash, v_seal.seal_no, v_seal.after_seq, v_seal.last_seq, v_events.hash, v_rows.hash)
                then case when v_seal.last_seq > v_seal.after_seq
                          then format('an event from place %s to %s, or the seal itself, was changed', v_seal.after_seq + 1, v_seal.last_seq)
                          else 'the seal itself was changed' end
        end;
        seal_no := v_seal.seal_no;
        last_seq := v_seal.last_seq;
        hash := v_seal.hash;
        return next;
        v_before := v_seal;
    end loop;
end
$$;

comment on function audit.fn_verify_seals(bigint, integer) is
    'The next p_limit seals after p_after_seal, each compared with what it covers: problem is null where all is as it was sealed, otherwise it says what is not. '
    'No rows after the last seal. Whoever rewrote the whole chain is found only by comparing hash with one that was kept elsewhere. TB001 when an argument is '
    'missing or out of range.';
