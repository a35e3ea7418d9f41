-- daybook mirror: view trading.v_bot_commands
-- needs: trading/tables/bot_command_steps.sql
-- needs: trading/tables/bot_commands.sql

create view trading.v_bot_commands as
 SELECT c.account_id,
    c.command_id,
    c.bot_id,
    c.kind,
    c.arguments,
    c.reason,
    c.actor,
    c.issued_at,
    c.expires_at,
        CASE
            WHEN ((c.status = 'pending'::text) AND (c.expires_at <= statement_timestamp())) THEN 'expired'::text
            ELSE c.status
        END AS status,
    a.recorded_at AS acknowledged_at,
    a.taken_by AS acknowledged_by,
    f.recorded_at AS finished_at,
    f.taken_by AS finished_by,
    COALESCE(f.detail, a.detail) AS detail
   FROM ((trading.bot_commands c
     LEFT JOIN trading.bot_command_steps a ON (((a.account_id = c.account_id) AND (a.command_id = c.command_id) AND (a.status = 'acknowledged'::text))))
     LEFT JOIN trading.bot_command_steps f ON (((f.account_id = c.account_id) AND (f.command_id = c.command_id) AND (f.status = c.status) AND (f.status <> 'acknowledged'::text))));

alter view trading.v_bot_commands owner to daybook_api;

comment on view trading.v_bot_commands is 'Commands to bots and how far they are. What nobody acknowledged in time is shown as expired.';

grant select on trading.v_bot_commands to daybook_lab_reader;
grant select on trading.v_bot_commands to daybook_risk;
