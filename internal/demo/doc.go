// Package demo makes the demonstration firm: Nordhaven Supply & Service, a wholesale
// and services firm of 320 clients over four years, as the files that such a firm
// would export, together with the truth about it.
//
// The firm is drawn from a seed, in integers only: the same seed gives the same bytes
// on every machine. The truth is computed here by plain loops and sorts, on purpose
// without the packages it is there to check.
//
// The package does no I/O. A caller writes what Files yields:
//
//	for name, data := range demo.Generate(demo.Options{Seed: 1}).Files() {
//		// write data to dir/name
//	}
package demo
