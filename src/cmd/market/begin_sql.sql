-- Times that are given without a zone are UTC, as the ones that are printed.
select set_config('TimeZone', 'UTC', true);
