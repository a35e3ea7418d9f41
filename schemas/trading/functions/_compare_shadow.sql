-- daybook mirror: function trading._compare_shadow(p_deploy trading.deploys)
-- needs: trading/tables/deploys.sql

CREATE OR REPLACE FUNCTION trading._compare_shadow(p_deploy trading.deploys)
 RETURNS TABLE(result text, paired_by text, order_id uuid, shadow_order_id uuid, instrument_id uuid, side text, blue_at timestamp with time zone, green_at timestamp with time zone, differences jsonb)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return query
        with blue as (
            select b.*, p.shadow_order_id, p.paired_by
              from trading._blue_orders(p_deploy) as b
              left join trading._pair_shadow(p_deploy) as p on p.order_id = b.order_id
        ), green as (
            select s.* from trading.shadow_orders as s where s.account_id = p_deploy.account_id and s.deploy_id = p_deploy.deploy_id
        )
        select case when g.shadow_order_id is null then 'only_blue' when b.order_id is null then 'only_green'
                    when d.differences is null then 'matched' else 'differs' end,
               b.paired_by, b.order_id, g.shadow_order_id, coalesce(b.instrument_id, g.instrument_id), coalesce(b.side, g.side)::text,
               b.submitted_at, g.decided_at, d.differences
          from blue as b
          full join green as g on g.shadow_order_id = b.shadow_order_id
         cross join lateral (
               select jsonb_object_agg(f.name, jsonb_build_object('blue', f.blue, 'green', f.green)) as differences
                 from (values
                       ('instrument_id', b.instrument_id::text, g.instrument_id::text),
                       ('side', b.side::text, g.side::text),
                       ('position_key', b.position_key, g.position_key),
                       ('type', b.type::text, g.type::text),
                       ('time_in_force', b.time_in_force::text, g.time_in_force::text),
                       ('qty', trim_scale(b.qty)::text, trim_scale(g.qty)::text),
                       ('price', trim_scale(b.price)::text, trim_scale(g.price)::text),
                       ('stop_price', trim_scale(b.stop_price)::text, trim_scale(g.stop_price)::text)
                      ) as f (name, blue, green)
                where b.shadow_order_id is not null and f.blue is distinct from f.green) as d
         order by coalesce(b.submitted_at, g.decided_at), b.order_id, g.shadow_order_id;
end
$function$;

alter function trading._compare_shadow(p_deploy trading.deploys) owner to daybook_api;

comment on function trading._compare_shadow(p_deploy trading.deploys) is 'What trading.fn_compare_shadow() answers, for callers that may.';

revoke execute on function trading._compare_shadow(p_deploy trading.deploys) from public;
grant execute on function trading._compare_shadow(p_deploy trading.deploys) to daybook_owner;
