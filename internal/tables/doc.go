// Package tables writes and reads the analytical tables of one batch as Parquet
// files: lines, cells and accounts. Each file is written once, column by column,
// and is what any engine reads. Days are integers: days since 1970-01-01.
package tables
