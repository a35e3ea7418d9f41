begin;
select plan(5);

-- The vectors of test/unit/core/uuid_test.c.
select is(util.uuid_from_name('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'run/BTCUSD/1388534460/entry'), 'f00b6f5b-c0d3-8cbc-a473-6ace225789f5'::uuid,
    'a name always gives the same id, in C and here');
select is(util.uuid_from_name('6ba7b810-9dad-11d1-80b4-00c04fd430c8', ''), '4ebc3bf9-4458-8d83-baae-f9d9dc2ad979'::uuid, 'the empty name');
select is(util.uuid_from_name('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'Füllung'), '8275ab2a-4455-8628-aaed-889331441b8d'::uuid, 'names are UTF-8');
select isnt(util.uuid_from_name('6ba7b811-9dad-11d1-80b4-00c04fd430c8', ''), util.uuid_from_name('6ba7b810-9dad-11d1-80b4-00c04fd430c8', ''),
    'another namespace');
select is(util.uuid_from_name(null, 'name'), null, 'null has no id');

select * from finish();
rollback;
