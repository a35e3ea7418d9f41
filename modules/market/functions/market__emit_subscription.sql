create or replace function market._emit_subscription(p_row market.symbol_subscriptions)
returns void
language sql volatile
begin atomic
    select bus._emit_versioned('market.subscription_changed',
               concat_ws('/', p_row.account_id, p_row.bot_id, p_row.instrument_id, p_row.stream), p_row.version,
               jsonb_build_object('account_id', p_row.account_id, 'bot_id', p_row.bot_id, 'instrument_id', p_row.instrument_id,
                                  'stream', p_row.stream, 'active', p_row.active),
               null, null, p_row.account_id, p_row.ctx);
end;
comment on function market._emit_subscription(market.symbol_subscriptions) is 'Emits the event of a subscription that was made or ended.';
