-- A venue that is known already stays as it is: conflict over its name writes nothing.
select outcome from ref.fn_register_venue($1, $1, $2);
