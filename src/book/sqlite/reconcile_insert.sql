insert into reconcile_runs (account_id, reconcile_id, as_of, book_cash, sections, state_hash, state, differences, adjustments, undecided, answer,
                            recorded_at, ctx)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
