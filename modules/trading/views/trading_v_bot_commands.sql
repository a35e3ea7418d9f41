create or replace view trading.v_bot_commands as
select c.account_id, c.command_id, c.bot_id, c.kind, c.arguments, c.reason, c.actor, c.issued_at, c.expires_at,
       case when c.status = 'pending' and c.expires_at <= statement_timestamp() then 'expired' else c.status end as status,
       a.recorded_at as acknowledged_at, a.taken_by as acknowledged_by, f.recorded_at as finished_at, f.taken_by as finished_by,
       coalesce(f.detail, a.detail) as detail
  from trading.bot_commands as c
  left join trading.bot_command_steps as a
    on a.account_id = c.account_id and a.command_id = c.command_id and a.status = 'acknowledged'
  left join trading.bot_command_steps as f
    on f.account_id = c.account_id and f.command_id = c.command_id and f.status = c.status and f.status <> 'acknowledged';

comment on view trading.v_bot_commands is
    'Commands to bots and how far they are. What nobody acknowledged in time is shown as expired.';
