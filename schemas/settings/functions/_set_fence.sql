-- daybook mirror: function settings._set_fence(p_account_id uuid, p_state text, p_place text, p_move_id uuid, p_ctx jsonb)

CREATE OR REPLACE FUNCTION settings._set_fence(p_account_id uuid, p_state text, p_place text, p_move_id uuid, p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    insert into settings.account_fences as f (account_id, state, place, move_id, changed_at, ctx)
    values (p_account_id, p_state, p_place, p_move_id, clock_timestamp(), p_ctx)
    on conflict on constraint account_fences_pkey do update
        set state = excluded.state, place = excluded.place, move_id = excluded.move_id, changed_at = excluded.changed_at, ctx = excluded.ctx,
            progress = case when f.move_id = excluded.move_id and excluded.state = 'arriving' then f.progress end;
end
$function$;

alter function settings._set_fence(p_account_id uuid, p_state text, p_place text, p_move_id uuid, p_ctx jsonb) owner to daybook_api;

comment on function settings._set_fence(p_account_id uuid, p_state text, p_place text, p_move_id uuid, p_ctx jsonb) is 'Says where the book of an account is. The caller has checked that this state may follow, and emits the event.';

revoke execute on function settings._set_fence(p_account_id uuid, p_state text, p_place text, p_move_id uuid, p_ctx jsonb) from public;
grant execute on function settings._set_fence(p_account_id uuid, p_state text, p_place text, p_move_id uuid, p_ctx jsonb) to daybook_owner;
