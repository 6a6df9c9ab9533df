-- Events of another log at the end of this one, with their own times; the triggers of log.events check and count them.
--   $1 sequences, $2 streams, $3 revisions, $4 ids, $5 types, $6 versions, $7 datas, $8 metas, $9 times
INSERT INTO log.events (position, stream_id, revision, id, type, version, data, meta, recorded_at)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::uuid[], $5::text[], $6::integer[], $7::text[],
                     $8::text[], $9::timestamptz[])
