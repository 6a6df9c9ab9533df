-- Nothing here ever dies, so there is nothing to vacuum. A vacuum would do harm: it makes known what room is left in old
-- pages, where later events are then put, far from their neighbours, and each such page goes to the WAL whole after a
-- checkpoint. What protects against wraparound still runs, and statistics are still gathered.
ALTER TABLE log.events SET (autovacuum_vacuum_insert_threshold = -1);
