package record_test

import (
	"bytes"
	"errors"
	"testing"

	"clientele/internal/intake/record"
)

func TestBadRecordKeepsItsOwnBytes(t *testing.T) {
	t.Parallel()
	cause := errors.New("no brace")
	raw := bytes.Repeat([]byte("x"), record.RawMax+10)
	bad := record.NewBad(7, raw, cause)
	raw[0] = 'y'
	if len(bad.Raw) != record.RawMax || bad.Raw[0] != 'x' {
		t.Errorf("raw has %d bytes and starts with %q", len(bad.Raw), bad.Raw[0])
	}
	if !errors.Is(bad, cause) || bad.Error() != "line 7: no brace" {
		t.Errorf("error is %q", bad.Error())
	}
}
