package publication

import (
	"encoding/json"
	"errors"
	"io"

	"clientele/internal/fault"
)

// Protocol is the version of what is said between the program and the process that
// publishes. Both come from one build; another version is refused.
const Protocol = 1

// Program is what the process that publishes is called. It is one of its own because the
// libraries of open tables cost every start of the program that holds them.
const Program = "clientele-lake"

// Request is what the process reads.
type Request struct {
	Protocol int     `json:"protocol"`
	Place    Place   `json:"place"`
	Content  Content `json:"content"`
}

// Reply is what it writes: an outcome, or why there is none.
type Reply struct {
	Protocol int         `json:"protocol"`
	Outcome  *Outcome    `json:"outcome,omitempty"`
	Newer    *NewerError `json:"newer,omitempty"`
	Failure  *Failure    `json:"failure,omitempty"`
}

// Failure is a fault.Error in a reply, its cause told in words.
type Failure struct {
	Kind    fault.Kind `json:"kind"`
	Message string     `json:"message"`
	Remedy  string     `json:"remedy"`
}

// NewReply puts what came of a request into a reply.
func NewReply(out *Outcome, err error) Reply {
	r := Reply{Protocol: Protocol}
	if err == nil {
		r.Outcome = out
		return r
	}
	if e, ok := errors.AsType[*NewerError](err); ok {
		r.Newer = e
		return r
	}
	r.Failure = &Failure{Kind: fault.Internal, Message: err.Error()}
	if e, ok := errors.AsType[*fault.Error](err); ok {
		*r.Failure = Failure{Kind: e.Kind, Message: e.Message, Remedy: e.Remedy}
		if e.Err != nil {
			r.Failure.Message += ": " + e.Err.Error()
		}
	}
	return r
}

// Result is the outcome or the error that a reply holds.
func (r *Reply) Result() (*Outcome, error) {
	switch {
	case r.Protocol != Protocol:
		return nil, fault.New(fault.Failed, "publish", "the program "+Program+" is of another version", "install both programs of one version")
	case r.Newer != nil:
		return nil, r.Newer
	case r.Failure != nil:
		return nil, fault.New(r.Failure.Kind, "publish", r.Failure.Message, r.Failure.Remedy)
	case r.Outcome == nil:
		return nil, fault.New(fault.Internal, "publish", "the program "+Program+" said nothing", "")
	}
	return r.Outcome, nil
}

// ReadRequest reads a request and refuses one of another version.
func ReadRequest(r io.Reader) (*Request, error) {
	var q Request
	if err := json.NewDecoder(r).Decode(&q); err != nil {
		return nil, fault.Wrap(err, fault.Usage, "publish", "the request cannot be read", "run clientele publish iceberg, which runs this program")
	}
	if q.Protocol != Protocol {
		return nil, fault.New(fault.Failed, "publish", "the request is of another version", "install both programs of one version")
	}
	return &q, nil
}
