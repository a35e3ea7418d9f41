-- Adds a row that was hashed before, see ledger_row.h: planning a statement that computes the hash costs more than the row.
insert into daybook.migrations
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
