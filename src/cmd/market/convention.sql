select f.outcome, f.convention_id, f.conflict_field
  from market.fn_state_convention(p_convention_id => $1, p_venue => $2, p_name => $3, p_value => $4, p_reason => $5,
           p_since => coalesce($6::timestamptz, '-infinity'), p_kind => $7, p_stream => $8, p_source => $9,
           p_instrument_id => $10, p_ctx => $11::jsonb) as f;
