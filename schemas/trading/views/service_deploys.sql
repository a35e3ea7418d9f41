-- daybook mirror: view trading.service_deploys
-- needs: trading/tables/deploys.sql

create view trading.service_deploys as
 SELECT d.deploy_id,
    d.service,
    d.image_tag,
    d.reason,
    d.actor,
    d.state,
    d.step,
    d.started_at,
    d.started_by,
    d.updated_at,
    d.from_deploy_id,
    d.from_image_tag,
    d.ctx
   FROM trading.deploys d
  WHERE (d.service IS NOT NULL);

alter view trading.service_deploys owner to daybook_api;

comment on view trading.service_deploys is 'The deploys of services, which are of no account: from which image to which.';

grant select on trading.service_deploys to daybook_lab_reader;
grant select on trading.service_deploys to daybook_risk;
