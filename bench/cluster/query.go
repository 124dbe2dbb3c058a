package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// effort is what the queries of one command took on the cluster, as the coordinator
// counted it.
type effort struct {
	queries      int64
	cpu          time.Duration
	rows, bytes  int64 // read from tables
	sent, sentB  int64 // rows and bytes between nodes and stages: what was shuffled
	written      int64 // bytes
	memory       int64 // most that one query held on all nodes at once
	node         int64 // most that one query held on one node: the sum of its tasks' peaks
	alone        int64 // stages that by plan run on one node
	aloneRows    int64 // most rows that one of them took in
	aloneScanned int64 // of them those that read a table: there should be none
}

// info is what is read of a query.
type info struct {
	ID    string `json:"queryId"`
	State string `json:"state"`
	Stats struct {
		CPU      span   `json:"totalCpuTime"`
		Rows     int64  `json:"physicalInputPositions"`
		Bytes    amount `json:"physicalInputDataSize"`
		SentRows int64  `json:"internalNetworkInputPositions"`
		Sent     amount `json:"internalNetworkInputDataSize"`
		Written  amount `json:"physicalWrittenDataSize"`
		Memory   amount `json:"peakTotalMemoryReservation"`
	} `json:"queryStats"`
	Output *stage `json:"outputStage"`
}

// stage is a part of a plan that one or all nodes run.
type stage struct {
	Plan struct {
		Partitioning struct {
			Handle struct {
				Kind string `json:"partitioning"`
			} `json:"connectorHandle"`
		} `json:"partitioning"`
	} `json:"plan"`
	Stats struct {
		Rows    int64 `json:"processedInputPositions"`
		Scanned int64 `json:"physicalInputPositions"`
	} `json:"stageStats"`
	Tasks []struct {
		Status struct {
			Node string `json:"nodeId"`
		} `json:"taskStatus"`
		Stats struct {
			Memory amount `json:"peakUserMemoryReservation"`
		} `json:"stats"`
	} `json:"tasks"`
	Below []*stage `json:"subStages"`
}

// alone reports that a stage runs on one node by plan, however much there is to do.
func (s *stage) alone() bool {
	return s.Plan.Partitioning.Handle.Kind == "SINGLE" || s.Plan.Partitioning.Handle.Kind == "COORDINATOR_ONLY"
}

// add counts a query.
func (e *effort) add(q *info) error {
	e.queries++
	e.cpu += time.Duration(q.Stats.CPU)
	e.rows, e.bytes = e.rows+q.Stats.Rows, e.bytes+int64(q.Stats.Bytes)
	e.sent, e.sentB = e.sent+q.Stats.SentRows, e.sentB+int64(q.Stats.Sent)
	e.written += int64(q.Stats.Written)
	e.memory = max(e.memory, int64(q.Stats.Memory))
	nodes := map[string]int64{}
	if err := e.stage(q.Output, nodes); err != nil {
		return fmt.Errorf("query %s: %w", q.ID, err)
	}
	for _, held := range nodes {
		e.node = max(e.node, held)
	}
	return nil
}

// stage counts a stage and those below it; a statement without any is done by the
// coordinator, and reads no rows.
func (e *effort) stage(s *stage, nodes map[string]int64) error {
	if s == nil {
		return nil
	}
	if s.Plan.Partitioning.Handle.Kind == "" {
		return errors.New("the coordinator has no plan of it any more: let nothing else run on the cluster")
	}
	if s.alone() {
		e.alone++
		e.aloneRows = max(e.aloneRows, s.Stats.Rows)
		if s.Stats.Scanned > 0 {
			e.aloneScanned++
		}
	}
	for _, t := range s.Tasks {
		nodes[t.Status.Node] += int64(t.Stats.Memory)
	}
	for _, b := range s.Below {
		if err := e.stage(b, nodes); err != nil {
			return err
		}
	}
	return nil
}

// watch tells which queries a command ran: those of this user that were not there before.
type watch struct {
	coordinator

	known map[string]bool
}

// fresh is the effort of the queries since the last call.
func (w *watch) fresh(ctx context.Context) (effort, error) {
	var e effort
	var list []struct {
		ID      string `json:"queryId"`
		Session struct {
			User   string `json:"user"`
			Source string `json:"source"`
		} `json:"session"`
	}
	if err := w.call(ctx, http.MethodGet, w.base+"/v1/query", nil, &list); err != nil {
		return e, err
	}
	for _, q := range list {
		if w.known[q.ID] || q.Session.User != w.user || q.Session.Source != "clientele" {
			continue
		}
		w.known[q.ID] = true
		i, err := w.ended(ctx, q.ID)
		if err != nil {
			return e, err
		}
		if i.State == "FAILED" { // the first refresh asks for a table that is not there yet
			continue
		}
		if err := e.add(i); err != nil {
			return e, err
		}
	}
	return e, nil
}

// ended waits until a query has ended: its last rows arrive a moment before that.
func (w *watch) ended(ctx context.Context, id string) (*info, error) {
	for range 100 {
		var i info
		if err := w.call(ctx, http.MethodGet, w.base+"/v1/query/"+id, nil, &i); err != nil {
			return nil, err
		}
		if i.State == "FINISHED" || i.State == "FAILED" {
			return &i, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil, fmt.Errorf("query %s does not end", id)
}
