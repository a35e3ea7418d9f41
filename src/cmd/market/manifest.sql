-- One hash over the manifests of the series, each under its names ($1, as text, in the order of windows.sql).
select encode(sha256(convert_to(array_to_string($1::text[], E'\n'), 'UTF8')), 'hex') as manifest;
