package vault

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"time"

	"clientele/internal/fault"
)

// Holder is who changes the workspace.
type Holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	User    string    `json:"user"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

// String writes "anna on desk, process 4711: clientele import, since 2026-03-01 12:00 UTC".
func (h Holder) String() string {
	return fmt.Sprintf("%s on %s, process %d: %s, since %s", h.User, h.Host, h.PID, h.Command,
		h.Since.UTC().Format("2006-01-02 15:04 MST"))
}

// Lock is the right to change the workspace, held until Release or the end of the
// process. Readers need none.
type Lock struct{ file *os.File }

// Lock takes the right to change the workspace for a command, whose name others are
// told. If another process has it, the error is fault.Locked and says who. The text
// in the file is for people only; what a process that died left there means nothing.
func (v *Vault) Lock(command string) (*Lock, error) {
	const op = "lock the workspace"
	f, err := os.OpenFile(v.path("lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, explain(err, op, "the workspace cannot be locked")
	}
	got, err := tryLock(f)
	if err == nil && got {
		if err = v.sign(f, command); err == nil {
			return &Lock{f}, nil
		}
	}
	message := "another process is changing the workspace"
	if err == nil {
		if h, ok := readHolder(f); ok {
			message = "the workspace is being changed by " + h.String()
		}
	}
	if errClose := f.Close(); err == nil {
		err = errClose
	}
	if err != nil {
		return nil, explain(err, op, "the workspace cannot be locked")
	}
	return nil, fault.New(fault.Locked, op, message, "wait for it to end and try again; reading is possible meanwhile")
}

// sign writes who holds the lock.
func (v *Vault) sign(f *os.File, command string) error {
	h := Holder{PID: os.Getpid(), Host: "this machine", User: "somebody", Command: command, Since: v.now().UTC()}
	if host, err := os.Hostname(); err == nil { // a name that is not known is no reason to fail
		h.Host = host
	}
	if u, err := user.Current(); err == nil {
		h.User = u.Username
	}
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteAt(append(text, '\n'), 0)
	return err
}

// readHolder reads who holds the lock; false where the text is being written.
func readHolder(f *os.File) (Holder, bool) {
	var h Holder
	text, err := io.ReadAll(io.NewSectionReader(f, 0, 1<<16))
	if err != nil || json.Unmarshal(text, &h) != nil || h.PID == 0 {
		return Holder{}, false
	}
	return h, true
}

// Release gives the right back.
func (l *Lock) Release() error {
	if err := l.file.Truncate(0); err != nil {
		return explain(err, "unlock the workspace", "the lock cannot be given back")
	}
	return explain(errors.Join(unlock(l.file), l.file.Close()), "unlock the workspace", "the lock cannot be given back")
}
