package app

import (
	"context"
	"crypto/sha256"
	"fmt"

	"clientele/internal/engine"
	"clientele/internal/insight"
	"clientele/internal/metric"
	"clientele/internal/money"
)

// bookDigest hashes every row of a frame in its order: two engines agree to the last
// digit of the last client, or their digests differ.
func bookDigest(ctx context.Context, e engine.Engine, f engine.Frame, up uint8) (string, error) {
	ids := []metric.ID{metric.Revenue, metric.Invoices, metric.LinesCurrent, metric.FirstDate, metric.LastDate}
	list, err := e.Page(ctx, f, engine.Page{By: metric.Revenue, Measures: ids, Lo: -1 << 63, Hi: 1<<63 - 1, Limit: -1})
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, r := range list {
		fmt.Fprintf(h, "%s", r.Client) //nolint:errcheck // a hash takes everything
		for i, v := range r.Values {
			text := "null"
			if v.Valid {
				sum := money.FromInt64(v.Int)
				if i == 0 {
					sum, _ = sum.Upscale(up)
				}
				text = sum.Format(0)
			}
			fmt.Fprintf(h, "\x1f%s", text) //nolint:errcheck // a hash takes everything
		}
		h.Write([]byte{'\n'})
	}
	return fmt.Sprintf("%d rows, %x", len(list), h.Sum(nil)[:8]), nil
}

// curveDigest hashes how the clients of a frame spread: exact points of the curve.
func curveDigest(ctx context.Context, d insight.Distribution, up uint8) (string, error) {
	points, err := insight.Curve(ctx, d, curveSteps)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, p := range points {
		sum, _ := p.Sum.Upscale(up)
		fmt.Fprintf(h, "%d\x1f%s\n", p.Clients, sum.Format(0)) //nolint:errcheck // a hash takes everything
	}
	return fmt.Sprintf("%d points, %x", len(points), h.Sum(nil)[:8]), nil
}
