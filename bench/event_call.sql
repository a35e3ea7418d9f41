-- One row of an aggregate that carries its own version, changed by a function.
select bench.fn_change_thing(('00000000-0000-7000-8000-' || lpad(:client_id::text, 12, '0'))::uuid, 1);
