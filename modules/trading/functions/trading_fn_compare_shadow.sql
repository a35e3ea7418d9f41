create or replace function trading.fn_compare_shadow(p_account_id uuid, p_deploy_id uuid)
returns table (result text, paired_by text, order_id uuid, shadow_order_id uuid, instrument_id uuid, side text, blue_at timestamptz,
               green_at timestamptz, differences jsonb)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_deploy trading.deploys;
begin
    perform settings.require_account(p_account_id, 'read');
    select * into v_deploy from trading.deploys as d where d.account_id = p_account_id and d.deploy_id = p_deploy_id;
    if not found then
        perform trading._refuse_deploy_id(p_account_id, p_deploy_id);
    end if;

    return query select * from trading._compare_shadow(v_deploy);
end
$$;

comment on function trading.fn_compare_shadow(uuid, uuid) is
    'What the build that trades ordered while the other was in shadow, beside what that one would have ordered. One row per decision: matched; differs, '
    'with the terms that do and both values; only_blue or only_green. Two orders are one decision when they have the same idempotency key, or, where not '
    'both have one, the same instrument, side and position key within the deploy''s tolerance of time. Rows that are not matched are the differences that '
    'trading.fn_advance_deploy() has accepted by whoever decides. TB002 for an unknown deploy.';
