// Package trino is the engine for ledgers that live in a warehouse: questions run on
// a Trino cluster, where the data is, and only sums and pages come back. It is the
// only importer of its driver.
package trino
