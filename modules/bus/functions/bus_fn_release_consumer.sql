-- daybook-lint: allow state-change-without-event until 2028-06-30: which process reads is no event
create or replace function bus.fn_release_consumer(p_consumer text, p_term bigint, p_ctx jsonb default null)
returns table (outcome text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform util.ctx(p_ctx);
    perform bus._consumer(p_consumer);
    update bus.consumer_cursors as k
       set holder_id = null, holder_name = null, holder_pid = null, held_since = null
     where k.consumer = p_consumer and k.term = p_term and k.holder_id is not null;
    outcome := case
        when found then 'created'
        when exists (select 1 from bus.consumer_cursors as k where k.consumer = p_consumer and k.term = p_term) then 'replayed'
        else 'fenced'
    end;
    return next;
end
$$;

comment on function bus.fn_release_consumer(text, bigint, jsonb) is
    'Lets go of what bus.fn_attach_consumer() gave, so that another process need not wait until this one is taken for dead. created; replayed; fenced when '
    'another one has attached since. TB002 for an unknown consumer, 42501 for one of another role.';
