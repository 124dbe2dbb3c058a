package duckdb

import (
	"context"
	"errors"

	duck "github.com/duckdb/duckdb-go/v2"

	"clientele/internal/engine"
	"clientele/internal/fault"
)

// fail turns an error of the driver into a fault.
func fail(err error) error {
	if err == nil {
		return nil
	}
	if _, known := errors.AsType[*fault.Error](err); known {
		return err
	}
	switch {
	case errors.Is(err, context.Canceled):
		return fault.Wrap(err, fault.Canceled, "ask", "stopped", "")
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Wrap(err, fault.Failed, "ask", "the question took longer than allowed", "allow more time, or ask for a shorter window")
	}
	e, ok := errors.AsType[*duck.Error](err)
	if !ok {
		return fault.Wrap(err, fault.Internal, "ask", "the engine failed", "")
	}
	switch e.Type { //nolint:exhaustive // all others are ours to mend
	case duck.ErrorTypeOutOfRange, duck.ErrorTypeConversion:
		// Only sums are cast, and only amounts are multiplied.
		return engine.Overflow(err)
	case duck.ErrorTypeInterrupt:
		return fault.Wrap(err, fault.Canceled, "ask", "stopped", "")
	case duck.ErrorTypeOutOfMemory:
		return fault.Wrap(err, fault.Failed, "ask", "the engine ran out of memory", "allow it more memory, or make room where it spills")
	case duck.ErrorTypeIO, duck.ErrorTypeInvalidInput, duck.ErrorTypeSerialization:
		return fault.Wrap(err, fault.Failed, "ask", "a file of the version cannot be read", "build it again: clientele rebuild")
	case duck.ErrorTypeFatal, duck.ErrorTypeInternal:
		return fault.Wrap(err, fault.Failed, "ask", "the engine broke and cannot go on", "start the command again")
	default:
		return fault.Wrap(err, fault.Internal, "ask", "the engine failed", "")
	}
}
