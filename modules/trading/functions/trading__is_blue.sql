create or replace function trading._is_blue(p_order trading.orders, p_deploy trading.deploys) returns boolean
language sql immutable parallel safe
return p_order.recorded_at >= p_deploy.shadow_since and p_order.recorded_at < coalesce(p_deploy.shadow_until, 'infinity')
       and (p_order.ctx ->> 'bot')::uuid = p_deploy.bot_id
       and p_order.type is not null and p_order.refusal_code is distinct from 'fenced';

comment on function trading._is_blue(trading.orders, trading.deploys) is
    'Whether the build in force gave the order in the name of the bot while the other was in shadow. One that was denied was decided, too; one of a process '
    'that was fenced off was not its.';
