package trino

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	trinodb "github.com/trinodb/trino-go-client/trino"

	"clientele/internal/engine/sqltext"
	"clientele/internal/fault"
)

// Dialect is what Trino writes differently from standard SQL: a day is told from a date
// by its own function. All questions are the generic texts.
var Dialect = sqltext.Generic

// Options say how to reach a cluster.
type Options struct {
	URL      string // http://user@host:port, or https
	Password string // with https only
	Token    string // an access token, with https only
	CA       string // path of a certificate that vouches for the cluster; "" is the machine's
	// Patience is how long the coordinator may be silent; 0: 5 seconds.
	Patience time.Duration
	// Timeout is how long a question may take; 0: 10 minutes.
	Timeout time.Duration
}

const (
	patience = 5 * time.Second
	timeout  = 10 * time.Minute
	// connectionsMax bounds how many questions run at the same time; more wait.
	connectionsMax = 4
)

// Cluster is a connection to a Trino coordinator.
type Cluster struct {
	db      *sql.DB // each text has the time of a question
	slow    *sql.DB // each has the time of a roll-up
	at      string  // host and port, for errors
	timeout time.Duration
	workers int64 // that were there when it was reached; 0: not known
}

// rollupTimeout is how long one text of a roll-up may take.
const rollupTimeout = 24 * time.Hour

// patient is the cluster for texts that read or write a whole table.
func (c *Cluster) patient() *Cluster {
	return &Cluster{db: c.slow, slow: c.slow, at: c.at, timeout: rollupTimeout, workers: c.workers}
}

// Connect reaches the coordinator and makes sure that it answers and has workers.
func Connect(ctx context.Context, o Options) (*Cluster, error) {
	conf, at, err := o.config()
	if err != nil {
		return nil, err
	}
	connector, err := trinodb.NewConnector(conf)
	if err != nil {
		return nil, fault.Wrap(err, fault.Usage, "connect", "the address of the cluster cannot be used", "give http://user@host:port, or https")
	}
	limit := rollupTimeout
	long := *conf
	long.QueryTimeout = &limit
	slow, err := trinodb.NewConnector(&long)
	if err != nil {
		return nil, fault.Wrap(err, fault.Usage, "connect", "the address of the cluster cannot be used", "give http://user@host:port, or https")
	}
	c := &Cluster{db: sql.OpenDB(connector), slow: sql.OpenDB(slow), at: at, timeout: *conf.QueryTimeout}
	c.db.SetMaxOpenConns(connectionsMax)
	c.slow.SetMaxOpenConns(connectionsMax)
	if err := c.ready(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// config is what the driver needs, and the host for errors: never a password.
func (o Options) config() (*trinodb.Config, string, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, "", fault.New(fault.Usage, "connect", fmt.Sprintf("%q is not the address of a cluster", redacted(o.URL)), "give http://user@host:port, or https")
	}
	if u.User.Username() == "" {
		return nil, "", fault.New(fault.Usage, "connect", "the address of the cluster names no user", "give http://user@host:port, or https")
	}
	if _, has := u.User.Password(); has {
		return nil, "", fault.New(fault.Usage, "connect", "the address of the cluster holds a password", "leave it out, and give it in the environment: CLIENTELE_TRINO_PASSWORD")
	}
	if u.Scheme == "http" && (o.Password != "" || o.Token != "") {
		return nil, "", fault.New(fault.Usage, "connect", "a password or a token is not sent without encryption", "give an https address")
	}
	if o.Password != "" {
		u.User = url.UserPassword(u.User.Username(), o.Password)
	}
	wait, limit := cmp.Or(o.Patience, patience), cmp.Or(o.Timeout, timeout)
	client, err := o.client(wait)
	if err != nil {
		return nil, "", err
	}
	return &trinodb.Config{
		ServerURI: u.Scheme + "://" + userinfo(u) + u.Host, Source: "clientele", AccessToken: o.Token, TimeZone: "UTC",
		DisableExplicitPrepare: true, // parameters go into the text, which no header limits
		HTTPClient:             client, RequestRetryTimeout: &wait, QueryTimeout: &limit,
	}, u.Host, nil
}

func userinfo(u *url.URL) string { return u.User.String() + "@" }

// redacted is an address without what may be secret in it.
func redacted(address string) string {
	if u, err := url.Parse(address); err == nil {
		return u.Redacted()
	}
	return "it"
}

// client gives up on a silent coordinator: a living one answers every poll within
// about a second.
func (o Options) client(wait time.Duration) (*http.Client, error) {
	t := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: wait}).DialContext,
		TLSHandshakeTimeout:   wait,
		ResponseHeaderTimeout: 3 * wait,
		MaxIdleConnsPerHost:   connectionsMax,
		IdleConnTimeout:       time.Minute,
	}
	if o.CA != "" {
		pem, err := os.ReadFile(o.CA)
		if err != nil {
			return nil, fault.Wrap(err, fault.Usage, "connect", "the certificate of the cluster cannot be read", "name a PEM file")
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fault.New(fault.Usage, "connect", o.CA+" holds no certificate", "name a PEM file")
		}
		t.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return &http.Client{Transport: t}, nil
}

// ready asks for the workers: a coordinator alone answers SELECT 1, and nothing else.
func (c *Cluster) ready(ctx context.Context) error {
	err := c.row(ctx, "SELECT count(*) FROM system.runtime.nodes WHERE state = 'active' AND NOT coordinator", &c.workers)
	switch f, known := errors.AsType[*fault.Error](err); {
	case known && strings.Contains(f.Message, "may not"):
		return nil // who may not look at nodes may still ask
	case err != nil:
		return err
	case c.workers == 0:
		// A single machine coordinates and works.
		return c.row(ctx, "SELECT count(*) FROM system.runtime.nodes WHERE state = 'active'", &c.workers)
	}
	return nil
}

// row asks for one row.
func (c *Cluster) row(ctx context.Context, text string, into ...any) error {
	return c.each(ctx, sqltext.Query{Text: text}, func(rows *sql.Rows) error { return rows.Scan(into...) })
}

// each asks and visits the rows, with the retries of a question.
func (c *Cluster) each(ctx context.Context, q sqltext.Query, visit func(*sql.Rows) error) error {
	return c.runner(sqltext.Schema{}).Each(ctx, q, visit)
}

// runner asks questions over tables.
func (c *Cluster) runner(s sqltext.Schema) *sqltext.Runner {
	return &sqltext.Runner{
		Renderer: sqltext.Renderer{Dialect: Dialect, Schema: s}, DB: c.db, Fail: c.fail, Retry: c.retry,
	}
}

// At is the host and port of the coordinator.
func (c *Cluster) At() string { return c.at }

// Close ends the connection.
func (c *Cluster) Close() error { return errors.Join(c.db.Close(), c.slow.Close()) }
