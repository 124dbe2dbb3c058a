// Package money holds exact amounts: a decimal as it was written, 128-bit sums
// that cannot wrap, exchange half to even, and splitting without remainder.
//
// No float enters or leaves this package. Shares for display are made by Ratio,
// from exact integers, at the very end.
package money
