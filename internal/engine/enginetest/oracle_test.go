package enginetest

import (
	"context"
	"errors"
	"testing"

	"clientele/internal/engine"
	"clientele/internal/metric"
)

// TestOracleFollowsTheScripts: the yardstick itself agrees with the counts by hand.
func TestOracleFollowsTheScripts(t *testing.T) {
	t.Parallel()
	runScripts(t, Harness{Open: func(_ *testing.T, f Fixture) (engine.Engine, error) {
		return checked{NewOracle(f)}, nil
	}})
}

// checked gives the oracle the refusals that the port asks for.
type checked struct{ *Oracle }

func (c checked) Summary(ctx context.Context, f engine.Frame, by metric.ID) (engine.Summary, error) {
	if err := f.Check(); err != nil {
		return engine.Summary{}, err
	}
	s, err := c.Oracle.Summary(ctx, f, by)
	return s, refused(err)
}

func (c checked) Page(ctx context.Context, f engine.Frame, p engine.Page) ([]engine.Row, error) {
	rows, err := c.Oracle.Page(ctx, f, p)
	return rows, refused(err)
}

func (c checked) FactTotals(ctx context.Context, f engine.Frame) ([]engine.TopicTotal, error) {
	list, err := c.Oracle.FactTotals(ctx, f)
	return list, errors.Join(f.Check(), err)
}

func (c checked) Statements(ctx context.Context, f engine.Frame, ask engine.StatementAsk, visit func(*engine.Statement) error) error {
	return refused(errors.Join(f.Check(), ask.Check(), c.Oracle.Statements(ctx, f, ask, visit)))
}

func refused(err error) error {
	if errors.Is(err, errTooBig) {
		return engine.Overflow(err)
	}
	return err
}
