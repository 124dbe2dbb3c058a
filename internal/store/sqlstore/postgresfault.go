package sqlstore

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"

	"clientele/internal/fault"
)

// States of SQL that are told in other words.
// Source: postgresql.org/docs/current/errcodes-appendix.html.
const (
	stateReadOnly     = "25006"
	stateNoEntry      = "28000"
	stateWrongWord    = "28P01"
	stateNoDatabase   = "3D000"
	stateNoSchema     = "3F000"
	stateSerialise    = "40001"
	stateDeadlock     = "40P01"
	stateMayNot       = "42501"
	stateNoTable      = "42P01"
	stateDiskFull     = "53100"
	stateNoMemory     = "53200"
	stateTooMany      = "53300"
	stateLockTimeout  = "55P03"
	stateCanceled     = "57014"
	stateShutdown     = "57P01"
	stateCrash        = "57P02"
	stateStarting     = "57P03"
	stateDropped      = "57P04"
	stateIdleTooLong  = "57P05"
	stateIOError      = "58030"
	stateDataDamaged  = "XX001"
	stateIndexDamaged = "XX002"
)

// sqlState is the state that a server has given, "" if it has given none.
func sqlState(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

// connectionLost reports whether an error ends a connection that stood.
func connectionLost(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch e.Code {
		case stateShutdown, stateCrash, stateDropped, stateIdleTooLong:
			return true
		}
		return strings.HasPrefix(e.Code, "08")
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	for _, target := range []error{
		driver.ErrBadConn, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE,
	} {
		if errors.Is(err, target) {
			return true
		}
	}
	return strings.Contains(err.Error(), "conn closed") // pgx has no value for it
}

// configFault is for an address that the driver cannot use. Its words are told, the
// password is not.
func configFault(err error, p Postgres, op string) error {
	if e, ok := errors.AsType[*pgconn.ParseConfigError](err); ok {
		// Its text holds the address, the cause does not.
		if cause := e.Unwrap(); cause != nil && !p.HasPassword() {
			return fault.Wrap(cause, fault.Usage, op, "the address of the record cannot be used", urlRemedy)
		}
	}
	return fault.New(fault.Usage, op, "the address of the record cannot be used", urlRemedy)
}

// fault turns a driver's error into one for people. Errors that are ours already stay
// as they are.
func (pg *server) fault(err error, op string) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if stopped(err) {
		return fault.Wrap(err, fault.Canceled, op, "stopped", "nothing was changed")
	}
	if code := sqlState(err); code != "" {
		return pg.stateFault(err, code, op)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return fault.Wrap(reason(err), fault.Failed, op, "the record's server on "+pg.place+" cannot be reached",
			"see that PostgreSQL runs there and that the address is right; nothing was changed")
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fault.Wrap(err, fault.Canceled, op, "stopped", "nothing was changed")
	}
	if connectionLost(err) {
		return pg.lostFault(err, op)
	}
	return fault.Wrap(err, fault.Internal, op, "the record cannot be used", "")
}

func (pg *server) lostFault(err error, op string) error {
	return fault.Wrap(err, fault.Failed, op, "the connection to the record on "+pg.place+" was lost",
		"see that PostgreSQL runs there and try again; nothing was changed")
}

// reason is what kept a connection from being made, without the attempts around it.
func reason(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("no answer within " + patience.String())
	}
	if e, ok := errors.AsType[*net.OpError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*net.DNSError](err); ok {
		return e
	}
	return err
}

// stateFault is for what the server itself has said.
func (pg *server) stateFault(err error, code, op string) error {
	where := "database " + pg.base + " on " + pg.place
	failed := func(message, remedy string) error { return fault.Wrap(said(err), fault.Failed, op, message, remedy) }
	switch code {
	case stateWrongWord, stateNoEntry:
		return failed("the record's server on "+pg.place+" does not let user "+pg.user+" in",
			"set the password in PGPASSWORD or in ~/.pgpass, or correct the user in the address")
	case stateNoDatabase:
		return failed("there is no "+where, "make it with: createdb "+pg.base+"; or correct the address")
	case stateNoSchema:
		return fault.Wrap(said(err), fault.NotFound, op, "there is no "+pg.named(), "make it with: clientele init --record '"+pg.String()+"'")
	case stateMayNot, stateNoTable:
		return failed("user "+pg.user+" may not use the record in "+pg.named(), "let the owner grant it, or make an empty schema for this user")
	case stateReadOnly:
		return failed("the record on "+pg.place+" cannot be written: its server only reads", "name the server that leads; nothing was changed")
	case stateSerialise, stateDeadlock, stateLockTimeout:
		return fault.Wrap(said(err), fault.Locked, op, "another process is writing to the record", "wait for it to end and try again")
	case stateDiskFull:
		return failed("the disk of the record's server on "+pg.place+" is full", "make room and try again; nothing was changed")
	case stateIOError:
		return failed("the disk of the record's server on "+pg.place+" failed", "check it; nothing was changed")
	case stateTooMany, stateNoMemory:
		return failed("the record's server on "+pg.place+" has no room for another connection", "try again later; nothing was changed")
	case stateStarting:
		return failed("the record's server on "+pg.place+" is starting or stopping", "try again in a moment; nothing was changed")
	case stateCanceled:
		return fault.Wrap(said(err), fault.Canceled, op, "stopped by the record's server", "nothing was changed")
	case stateDataDamaged, stateIndexDamaged:
		return failed("the record is damaged", damagedRemedy)
	}
	if connectionLost(err) {
		return pg.lostFault(said(err), op)
	}
	return fault.Wrap(err, fault.Internal, op, "the record cannot be used", "")
}

// said is the server's own words, without the address that the driver puts around
// them.
func said(err error) error {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e
	}
	return err
}
