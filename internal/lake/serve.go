package lake

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"clientele/internal/publication"
)

// Publish opens a place and publishes into it once.
func Publish(ctx context.Context, o Options, c *publication.Content) (out *publication.Outcome, err error) {
	l, err := Open(ctx, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	return l.Publish(ctx, c)
}

// Serve answers one request.
func Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	q, err := publication.ReadRequest(in)
	var done *publication.Outcome
	if err == nil {
		done, err = Publish(ctx, q.Place, &q.Content)
	}
	return json.NewEncoder(out).Encode(publication.NewReply(done, err))
}
