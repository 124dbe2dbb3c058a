package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// coordinator is asked by its own protocols: statements, and what it knows of queries.
type coordinator struct {
	base string // http://host:port
	user string // of this benchmark alone, so that nobody else's queries are counted
}

func newCoordinator(address, user string) (coordinator, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return coordinator{}, fmt.Errorf("%q is no address of a cluster", address)
	}
	return coordinator{base: u.Scheme + "://" + u.Host, user: user}, nil
}

// url is the address as a workspace's configuration has it.
func (c coordinator) url() string { return strings.Replace(c.base, "://", "://"+c.user+"@", 1) }

// call makes one request and reads the answer into a value.
func (c coordinator) call(ctx context.Context, method, address string, body io.Reader, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return err
	}
	req.Header.Set("X-Trino-User", c.user)
	req.Header.Set("X-Trino-Source", "bench")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", resp.Status, strings.TrimSpace(string(text)))
	}
	return json.NewDecoder(bytes.NewReader(text)).Decode(into)
}

// run runs a statement to its end and returns its rows.
func (c coordinator) run(ctx context.Context, text string) (rows [][]any, err error) {
	type page struct {
		NextURI string  `json:"nextUri"`
		Data    [][]any `json:"data"`
		Error   *struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	var p page
	err = c.call(ctx, http.MethodPost, c.base+"/v1/statement", strings.NewReader(text), &p)
	for err == nil && p.Error == nil && p.NextURI != "" {
		rows = append(rows, p.Data...)
		next := p.NextURI
		p = page{}
		err = c.call(ctx, http.MethodGet, next, nil, &p)
	}
	if err == nil && p.Error != nil {
		err = errors.New(p.Error.Message)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", strings.TrimSpace(text[:min(len(text), 60)]), err)
	}
	return append(rows, p.Data...), nil
}

// amount is a number of bytes as Trino writes it: 148733B, 1.5MB.
type amount int64

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *amount) UnmarshalText(text []byte) error {
	s := string(text)
	for _, u := range []struct {
		suffix string
		shift  uint
	}{{"kB", 10}, {"MB", 20}, {"GB", 30}, {"TB", 40}, {"PB", 50}, {"B", 0}} {
		number, ok := strings.CutSuffix(s, u.suffix)
		if !ok {
			continue
		}
		v, err := strconv.ParseFloat(number, 64)
		*a = amount(v * float64(int64(1)<<u.shift))
		return err
	}
	return fmt.Errorf("%q is no number of bytes", s)
}

// span is a duration as Trino writes it: 10.00ms, 1.25m, 2.00d.
type span time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *span) UnmarshalText(text []byte) error {
	word, times := string(text), time.Duration(1)
	if d, ok := strings.CutSuffix(word, "d"); ok {
		word, times = d+"h", 24
	}
	d, err := time.ParseDuration(word)
	*s = span(d * times) //nolint:durationcheck // times is a number
	return err
}
