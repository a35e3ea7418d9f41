create or replace function ingest._revision(p_source text, p_path text, p_sha256 bytea)
returns integer
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(
        (select f.revision from ingest.files f
          where f.source = p_source and f.path = p_path and f.sha256 = p_sha256 order by f.revision desc limit 1),
        1);
end
$$;
comment on function ingest._revision(text, text, bytea) is
    'The newest revision of a registered file that has this content; 1 when there is none.';
