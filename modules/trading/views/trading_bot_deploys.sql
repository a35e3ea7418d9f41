create or replace view trading.bot_deploys as
select d.account_id, d.deploy_id, d.bot_id, d.image_tag, d.strategy_params, d.tolerance, d.reason, d.actor, d.state, d.step, d.started_at,
       d.started_by, d.updated_at, d.shadow_since, d.shadow_until, d.from_deploy_id, d.from_image_tag, d.from_strategy_params, d.ctx
  from trading.deploys as d
 where d.bot_id is not null;

comment on view trading.bot_deploys is 'The deploys of bots.';
