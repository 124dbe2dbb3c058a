package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// answerLimit bounds one question to a coordinator that may be dead or booting.
const answerLimit = 5 * time.Second

// page is what we read of one answer of Trino's statement protocol.
type page struct {
	NextURI string  `json:"nextUri"`
	Data    [][]int `json:"data"`
	Error   *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// activeWorkers asks the coordinator how many workers take part.
func activeWorkers(ctx context.Context, address string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	const text = "SELECT count(*) FROM system.runtime.nodes WHERE state = 'active' AND NOT coordinator"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/v1/statement", strings.NewReader(text)) //nolint:gosec // the cluster's own address
	if err != nil {
		return 0, err
	}
	req.Header.Set("X-Trino-User", "cluster")
	for {
		p, err := fetchPage(req)
		switch {
		case err != nil:
			return 0, err
		case p.Error != nil:
			return 0, errors.New(p.Error.Message)
		case len(p.Data) == 1 && len(p.Data[0]) == 1:
			return p.Data[0][0], nil
		case p.NextURI == "":
			return 0, errors.New("the coordinator gave no rows")
		}
		if req, err = http.NewRequestWithContext(ctx, http.MethodGet, p.NextURI, nil); err != nil {
			return 0, err
		}
	}
}

func fetchPage(req *http.Request) (page, error) {
	resp, err := http.DefaultClient.Do(req) //nolint:gosec // the cluster's own address
	if err != nil {
		return page{}, err
	}
	text, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return page{}, err
	}
	if resp.StatusCode != http.StatusOK {
		return page{}, fmt.Errorf("%s: %s", resp.Status, strings.TrimSpace(string(text)))
	}
	var p page
	return p, json.Unmarshal(text, &p)
}
