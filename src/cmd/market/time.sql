-- Is $1 a time? Asked before it is a parameter among others.
select $1::timestamptz;
