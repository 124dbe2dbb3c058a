// Package sqlstore keeps the record in an SQL database: a file of SQLite, through
// modernc.org/sqlite, or a schema of PostgreSQL, through pgx. The statements stay in
// the subset that both share: ON CONFLICT, integer and text columns, no JSON
// operators, no clock of the database. What differs between the two is a dialect.
//
// One connection of a process writes, a few read; processes wait for each other. Every change is one transaction that appends
// to a chain of hashes in the log: each entry holds SHA-256 over the hash before it
// and its own canonical row, so that a changed, missing or moved entry is found.
package sqlstore
