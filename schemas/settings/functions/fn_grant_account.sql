-- daybook mirror: function settings.fn_grant_account(p_account_id uuid, p_role_name name, p_rights text[], p_ctx jsonb)

CREATE OR REPLACE FUNCTION settings.fn_grant_account(p_account_id uuid, p_role_name name, p_rights text[], p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, rights text[], refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    -- Sorted and without repetitions, so that one set of rights has one form.
    v_rights constant text[] := array(select distinct r.name from unnest(p_rights) as r (name) order by 1);
    v_others_manage boolean;
    v_payload jsonb;
begin
    perform util.require_id('p_account_id', p_account_id);
    if p_rights is null or not v_rights <@ array['read', 'trade', 'manage'] or array_position(v_rights, null) is not null then
        raise exception 'argument p_rights is %', coalesce(p_rights::text, 'null')
            using errcode = 'TB001', hint = 'Pass an array of read, trade and manage; an empty one revokes.';
    end if;
    if p_role_name is null or (to_regrole(quote_ident(p_role_name)) is null and cardinality(v_rights) > 0) then
        raise exception 'argument p_role_name is %, and there is no such role', coalesce(quote_literal(p_role_name), 'null')
            using errcode = 'TB002', hint = 'Create the role first; a role that is gone can still be revoked.';
    end if;

    -- One change at a time per account, so that two managers cannot each remove the other. The advisory lock comes first: the
    -- rows alone are no order, since the one that is added is locked after those that were there. The rows make a
    -- transaction whose snapshot is older than the wait fail to serialise instead of deciding by it.
    perform pg_advisory_xact_lock(hashtextextended('settings.account_grants ' || p_account_id, 0));
    perform 1 from settings.account_grants as g where g.account_id = p_account_id order by g.role_name for update;
    -- Rights belong to the place: they can be given before the book of the account arrives.
    perform settings._require_right(p_account_id, 'manage');

    rights := v_rights;
    v_payload := jsonb_build_object('account_id', p_account_id, 'role_name', p_role_name, 'rights', to_jsonb(v_rights));
    select bool_or(true) into v_others_manage
      from settings.account_grants as g
     where g.account_id = p_account_id and g.role_name <> p_role_name and 'manage' = any (g.rights)
       and to_regrole(quote_ident(g.role_name)) is not null;

    if 'manage' <> all (v_rights) and v_others_manage is not true then
        outcome := 'refused';
        refusal_code := 'last_manager';
        refusal_detail := format('role %s is the last that may manage the account', quote_literal(p_role_name));
        perform audit._write('settings.grant_account', 'account', p_account_id::text, p_account_id, outcome, refusal_code, v_payload, v_ctx);
        perform bus.fn_emit_domain_event('settings.account_grant_refused', p_account_id::text,
            v_payload || jsonb_build_object('refusal_code', refusal_code), null, null, p_account_id, v_ctx);
        rights := coalesce((select g.rights from settings.account_grants as g
                             where g.account_id = p_account_id and g.role_name = p_role_name), '{}');
        return next;
        return;
    end if;

    insert into settings.account_grants as g (account_id, role_name, rights, granted_at, ctx)
    values (p_account_id, p_role_name, v_rights, clock_timestamp(), v_ctx)
    on conflict on constraint account_grants_pkey
        do update set rights = excluded.rights, granted_at = excluded.granted_at, granted_by = excluded.granted_by, ctx = excluded.ctx
        where g.rights <> excluded.rights;

    if found then
        outcome := 'created';
        perform audit._write('settings.grant_account', 'account', p_account_id::text, p_account_id, outcome, null, v_payload, v_ctx);
        perform bus.fn_emit_domain_event('settings.account_granted', p_account_id::text, v_payload, null, null, p_account_id, v_ctx);
    else
        outcome := 'replayed';
    end if;
    return next;
end
$function$;

alter function settings.fn_grant_account(p_account_id uuid, p_role_name name, p_rights text[], p_ctx jsonb) owner to daybook_api;

comment on function settings.fn_grant_account(p_account_id uuid, p_role_name name, p_rights text[], p_ctx jsonb) is 'Sets the rights of a role on an account; an empty array revokes. The caller must have manage. created when something changed, replayed when it was so already, refused with last_manager and the rights that stay when nobody would be left who may manage the account.';

revoke execute on function settings.fn_grant_account(p_account_id uuid, p_role_name name, p_rights text[], p_ctx jsonb) from public;
grant execute on function settings.fn_grant_account(p_account_id uuid, p_role_name name, p_rights text[], p_ctx jsonb) to daybook_manager;
grant execute on function settings.fn_grant_account(p_account_id uuid, p_role_name name, p_rights text[], p_ctx jsonb) to daybook_owner;
