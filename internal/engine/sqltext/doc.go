// Package sqltext turns the typed questions of package engine into one portable SQL
// text, from the catalogue of measures and a Dialect that is data. It also runs
// them over database/sql, so that an adapter is a dialect, a connection and a
// mapping of errors.
//
// The tables it reads (see package tables for their columns):
//
//	cell      one row per account and month; month null: undated, account null: unassigned
//	line      one row per line, with its batch; read for windows that cut through a month
//	account   account, client_id, name: one row per account, and per party that is no account
//	identity  account, source, client, parent: only the accounts that are not all three themselves
//
// Texts hold no window functions, no engine casts of text, no case folding; every
// order is total and says where nulls go; values are parameters or checked integers.
package sqltext
