select t.rows_taken from trading.fn_take_rows($1, $2, $3, $4, $5, $6) as t
