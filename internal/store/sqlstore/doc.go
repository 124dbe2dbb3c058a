// Package sqlstore keeps the record in an SQL database: SQLite, through
// modernc.org/sqlite. The statements stay in the subset that PostgreSQL shares:
// ON CONFLICT, integer and text columns, no JSON operators, no clock of the
// database. What differs between the two is a dialect.
//
// One connection writes, a few read. Every change is one transaction that appends
// to a chain of hashes in the log: each entry holds SHA-256 over the hash before it
// and its own canonical row, so that a changed, missing or moved entry is found.
package sqlstore
