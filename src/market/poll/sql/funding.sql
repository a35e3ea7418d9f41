select f.outcome, f.conflict_field
  from jsonb_to_recordset($2::jsonb) as r(snapshot_at timestamptz, rate numeric, mark_price numeric, index_price numeric)
 cross join lateral market.fn_record_funding($1, r.snapshot_at, r.rate, r.mark_price, r.index_price) as f;
