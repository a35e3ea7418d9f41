create or replace function trading._reconcile_done(p_step trading.reconcile_step, p_outcome text) returns void
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_outcome is distinct from 'created' then
        raise exception '% of % % was answered %, but it was found missing', coalesce(p_step.action, 'record_fill'),
                coalesce(p_step.kind, 'a'), coalesce(p_step.subject, 'fill'), coalesce(p_outcome, 'nothing')
            using errcode = '40001', hint = 'Nothing was recorded. Repeat the call: it will be compared with what is recorded by then.';
    end if;
end
$$;

comment on function trading._reconcile_done(trading.reconcile_step, text) is
    '40001 unless a step did what it was found to do: then someone else was faster, or the venue''s state contradicts itself.';
