update simulate.today set day = date '2000-01-01' + $1::integer;
