-- daybook mirror: view trading.bot_deploys
-- needs: trading/tables/deploys.sql

create view trading.bot_deploys as
 SELECT d.account_id,
    d.deploy_id,
    d.bot_id,
    d.image_tag,
    d.strategy_params,
    d.tolerance,
    d.reason,
    d.actor,
    d.state,
    d.step,
    d.started_at,
    d.started_by,
    d.updated_at,
    d.shadow_since,
    d.shadow_until,
    d.from_deploy_id,
    d.from_image_tag,
    d.from_strategy_params,
    d.ctx
   FROM trading.deploys d
  WHERE (d.bot_id IS NOT NULL);

alter view trading.bot_deploys owner to daybook_api;

comment on view trading.bot_deploys is 'The deploys of bots.';

grant select on trading.bot_deploys to daybook_lab_reader;
grant select on trading.bot_deploys to daybook_risk;
