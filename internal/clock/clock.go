// Package clock is the only caller of time.Now. Everything that needs the time
// takes a Clock, so that the terminal's --now can replace it.
package clock

import "time"

// Clock tells the time.
type Clock func() time.Time

// System is the machine's clock, in UTC.
func System() time.Time { return time.Now().UTC() }

// Fixed is a clock that stands still.
func Fixed(t time.Time) Clock { return func() time.Time { return t } }
