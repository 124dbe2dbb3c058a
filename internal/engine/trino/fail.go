package trino

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	trinodb "github.com/trinodb/trino-go-client/trino"

	"clientele/internal/engine"
	"clientele/internal/fault"
)

// Names of Trino's errors, as its StandardErrorCode has them.
var (
	// overflows: only sums are cast, and only amounts are multiplied.
	overflows = []string{"NUMERIC_VALUE_OUT_OF_RANGE", "INVALID_CAST_ARGUMENT"}
	missing   = []string{"TABLE_NOT_FOUND", "SCHEMA_NOT_FOUND", "CATALOG_NOT_FOUND", "COLUMN_NOT_FOUND", "NOT_FOUND"}
	memory    = []string{"EXCEEDED_GLOBAL_MEMORY_LIMIT", "EXCEEDED_LOCAL_MEMORY_LIMIT", "CLUSTER_OUT_OF_MEMORY", "EXCEEDED_SPILL_LIMIT"}
	times     = []string{"EXCEEDED_TIME_LIMIT", "EXCEEDED_CPU_LIMIT"}
	// lost: a node went away; the same text on the others gives the answer.
	lost = []string{
		"PAGE_TRANSPORT_TIMEOUT", "PAGE_TRANSPORT_ERROR", "REMOTE_TASK_ERROR", "REMOTE_TASK_MISMATCH", "REMOTE_HOST_GONE", "TOO_MANY_REQUESTS_FAILED",
		"NO_NODES_AVAILABLE", "SERVER_SHUTTING_DOWN", "SERVER_STARTING_UP", "ABANDONED_QUERY", "ABANDONED_TASK", "EXCEEDED_TASK_DESCRIPTOR_STORAGE_CAPACITY",
	}
)

// fail turns an error of the driver into a fault.
func (c *Cluster) fail(err error) error {
	if err == nil {
		return nil
	}
	if _, known := errors.AsType[*fault.Error](err); known {
		return err
	}
	if e, ok := errors.AsType[*trinodb.ErrTrino](err); ok {
		return c.refused(e)
	}
	failed := func(message, remedy string) error { return fault.Wrap(err, fault.Failed, "ask", message, remedy) }
	if q, ok := errors.AsType[*trinodb.ErrQueryFailed](err); ok {
		switch q.StatusCode {
		case http.StatusUnauthorized:
			return fault.New(fault.Failed, "ask", "the cluster at "+c.at+" does not accept the credentials",
				"they may have expired: set CLIENTELE_TRINO_TOKEN or CLIENTELE_TRINO_PASSWORD anew")
		case http.StatusForbidden:
			return failed("the cluster at "+c.at+" does not let this user in", "ask its administrator")
		case http.StatusNotFound, http.StatusGone:
			return fault.New(fault.Failed, "ask", "the coordinator at "+c.at+" was started anew and no longer knows the question", "ask again")
		}
	}
	// The time that a request may take ends as a deadline too; it comes inside a url.Error.
	request, inRequest := errors.AsType[*url.Error](err)
	var network net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return fault.Wrap(err, fault.Canceled, "ask", "stopped", "")
	case inRequest && request.Timeout():
		return c.unreachable(err)
	case errors.Is(err, context.DeadlineExceeded):
		return fault.New(fault.Failed, "ask", fmt.Sprintf("the question took longer than %v", c.timeout), "allow more time in the configuration, or ask for a shorter window")
	case errors.Is(err, trinodb.ErrQueryCancelled):
		return fault.New(fault.Failed, "ask", "somebody stopped the question at the cluster", "ask again")
	case errors.As(err, &network), strings.Contains(err.Error(), "connection refused"), strings.Contains(err.Error(), "EOF"):
		return c.unreachable(err)
	default:
		return failed("the cluster at "+c.at+" failed", "")
	}
}

func (c *Cluster) unreachable(err error) error {
	return fault.New(fault.Failed, "ask", "the coordinator at "+c.at+" does not answer", "is the cluster running, and is the address right? The last error was: "+last(err))
}

// last is the innermost part of an error.
func last(err error) string {
	for next := err; next != nil; next = errors.Unwrap(next) {
		err = next
	}
	return err.Error()
}

// refused is an error of a text that the cluster looked at.
func (c *Cluster) refused(e *trinodb.ErrTrino) error {
	is := func(names []string) bool { return slices.Contains(names, e.ErrorName) }
	failed := func(message, remedy string) error { return fault.Wrap(e, fault.Failed, "ask", message, remedy) }
	switch {
	case is(overflows):
		return engine.Overflow(e)
	case is(missing):
		return failed("the cluster does not find something that the question reads", "look at the names in the configuration: clientele doctor")
	case e.ErrorName == "PERMISSION_DENIED":
		return failed("this user may not do that at the cluster", "ask its administrator for the right to read the sources and to write the schema of the roll-ups")
	case is(memory):
		return failed("the cluster ran out of memory", "ask for a shorter window, or give the cluster more")
	case is(times):
		return failed("the cluster ended the question because it took too long", "ask for a shorter window, or raise the cluster's limit")
	case e.ErrorName == "ADMINISTRATIVELY_KILLED", e.ErrorName == "ADMINISTRATIVELY_PREEMPTED":
		return failed("somebody stopped the question at the cluster", "ask again")
	case is(lost):
		return failed("the cluster lost a node while it worked", "ask again")
	default:
		return fault.Wrap(e, fault.Internal, "ask", "the cluster refused a text ("+e.ErrorName+")", "")
	}
}

// retriesMax is how often a question is asked again.
const retriesMax = 2

// retry reports whether a question is worth asking again: a node was lost, or the
// coordinator started anew meanwhile. The driver itself has waited for a coordinator
// that does not answer.
func (c *Cluster) retry(ctx context.Context, err error, attempt int) bool {
	if attempt > retriesMax || !passing(err) {
		return false
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(time.Duration(attempt) * time.Second):
		return true
	}
}

func passing(err error) bool {
	if e, ok := errors.AsType[*trinodb.ErrTrino](err); ok {
		return slices.Contains(lost, e.ErrorName)
	}
	q, ok := errors.AsType[*trinodb.ErrQueryFailed](err)
	return ok && (q.StatusCode == http.StatusNotFound || q.StatusCode == http.StatusGone)
}
