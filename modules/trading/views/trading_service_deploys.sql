create or replace view trading.service_deploys as
select d.deploy_id, d.service, d.image_tag, d.reason, d.actor, d.state, d.step, d.started_at, d.started_by, d.updated_at, d.from_deploy_id,
       d.from_image_tag, d.ctx
  from trading.deploys as d
 where d.service is not null;

comment on view trading.service_deploys is 'The deploys of services, which are of no account: from which image to which.';
