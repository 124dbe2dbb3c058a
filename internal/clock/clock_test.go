package clock_test

import (
	"testing"
	"time"

	"clientele/internal/clock"
)

func TestFixedStandsStill(t *testing.T) {
	t.Parallel()
	want := time.Date(2025, 8, 17, 12, 0, 0, 0, time.UTC)
	c := clock.Fixed(want)
	if first, second := c(), c(); !first.Equal(want) || !second.Equal(want) {
		t.Errorf("the clock shows %v, then %v", first, second)
	}
}

func TestSystemIsUTCAndNow(t *testing.T) {
	t.Parallel()
	before := time.Now()
	got := clock.System()
	after := time.Now()
	if got.Location() != time.UTC {
		t.Errorf("the clock is in %v", got.Location())
	}
	if got.Before(before.Add(-time.Second)) || got.After(after.Add(time.Second)) {
		t.Errorf("%v does not lie between %v and %v", got, before, after)
	}
}
