begin;
select plan(10);

select is(util.window_ms('1m'), 60000::bigint, '1m');
select is(util.window_ms('30m'), 1800000::bigint, '30m');
select is(util.window_ms('4h'), 14400000::bigint, '4h');
select is(util.window_ms('1w'), 604800000::bigint, '1w');
select throws_ok($$select util.window_ms('1M')$$, 'TB001', null, 'a month has no fixed length');
select throws_ok($$select util.window_ms('0m')$$, 'TB001', null, 'zero is no window');
select throws_ok($$select util.window_ms(' 1m')$$, 'TB001', null, 'blanks are not skipped');
select throws_ok($$select util.window_ms(null)$$, 'TB001', 'argument p_label is null, which is not a window label', 'null is named');
select is_empty('select label from settings.windows where util.window_ms(label) <> duration_ms', 'agrees with settings.windows');
select set_eq('select label from settings.windows', array['1m', '5m', '15m', '30m', '1h', '4h', '1d', '1w'], 'the windows that every installation has');

select * from finish();
rollback;
