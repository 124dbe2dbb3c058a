// Package book makes one row per client out of base measures: status, tenure, rank,
// share and cumulative share, page by page, exact until they are shown. It knows
// neither engine nor line; the order of rows is revenue descending, then client_id
// bytewise ascending, and what is on screen never changes a running total.
package book
