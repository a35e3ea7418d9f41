begin;
select plan(5);

select is(bus.fn_slot('', ''), (select ((37 # 47) * 51 & 63)::smallint), 'one byte, by hand');
-- 64-bit FNV-1a of 'order/1' is 0xdeddf49f34b98edb, of 'é/ü' in UTF-8 0x9eb8410d30b64cd5.
select is(bus.fn_slot('order', '1'), 27::smallint, 'known hash');
select is(bus.fn_slot('é', 'ü'), 21::smallint, 'of bytes, not of characters');
select is(bus.fn_slot(null, '1'), null, 'of nothing');
select is((select count(distinct bus.fn_slot('order', md5(n::text)::uuid::text)) from generate_series(1, 1000) as n), 64::bigint, 'ids reach all slots');

select * from finish();
rollback;
