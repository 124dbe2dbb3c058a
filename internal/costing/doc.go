// Package costing says what clients cost: time-driven activity-based costing over the
// facts of one window (Kaplan & Anderson, Harvard Business Review, November 2004). It is
// pure arithmetic in integers: money in minor units, time in microseconds, quantities in
// millionths. Every split closes to the last unit, and what no client used or caused stays
// a line of its own.
package costing
