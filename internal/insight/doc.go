// Package insight draws the line and measures concentration, movement and
// stability from exact integers (definitions, sections 1 and 2): pure functions
// that ask a Distribution for counts and sums, never for a sorted list. Floats
// are made at the very end, for display. Each quantity has its rule, which gives
// the verdict. The package does no I/O and knows no engine.
package insight
