-- Every file received, and the fate of its rows.
select b.source, i.symbol, b.file_name, b.verdict, b.rows_in, b.inserted, b.duplicate, b.superseded, b.rejected, b.reason
  from ingest.batches b
  left join ref.instruments i using (instrument_id)
 order by b.opened_at, b.batch_id;
