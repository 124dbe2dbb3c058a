package main

import (
	"fmt"
	"net/url"
	"path/filepath"
)

// mainClass is the server's entry, as its launcher.properties names it.
const mainClass = "io.trino.server.TrinoServer"

// catalogName is the name under which Iceberg's JDBC catalog keeps our tables: a
// second reader of the same tables, such as iceberg-go, must give the same.
const catalogName = "clientele"

// javaOptions are those of Trino's own documentation, for small heaps, but one: with
// the first compiler alone a start costs half the time, and so do a thousand small
// questions. Long ones take a third longer: whoever measures sets javaOptionsName.
var javaOptions = []string{
	"-XX:TieredStopAtLevel=1", "-XX:+UseG1GC", "-XX:G1HeapRegionSize=4M", "-XX:+ExplicitGCInvokesConcurrent", "-XX:+ExitOnOutOfMemoryError",
	"-XX:-OmitStackTraceInFastThrow", "-XX:ReservedCodeCacheSize=256M", "-XX:PerMethodRecompilationCutoff=10000",
	"-XX:PerBytecodeRecompilationCutoff=10000", "-Djdk.attach.allowAttachSelf=true", "-Djdk.nio.maxCachedBufferSize=2000000",
	"-Dfile.encoding=UTF-8", "-Xshare:auto",
}

// faultSettings decide what a lost worker looks like: the coordinator gives it up
// after 5 s, not a minute, and runs the query again at once, not after 10 s. What
// fails for good is tried twice more, in 3 s, not four times in more than a minute.
// Without any worker a query fails after 10 s, not 5 minutes.
const faultSettings = `retry-policy=QUERY
query-retry-attempts=2
retry-initial-delay=1s
exchange.max-error-duration=5s
query.remote-task.max-error-duration=5s
query-manager.required-workers-max-wait=10s
`

// configuration is the content of a node's etc folder, by file name.
func configuration(s settings, name string, port int) map[string]string {
	coordinator := name == coordinatorName
	text := fmt.Sprintf(`coordinator=%t
http-server.http.port=%d
discovery.uri=http://127.0.0.1:%d
internal-communication.shared-secret=%s
catalog.management=static
%s`, coordinator, port, s.Ports[0], s.Secret, faultSettings)
	if coordinator {
		text += "node-scheduler.include-coordinator=false\n"
	}
	return map[string]string{
		"config.properties":         text,
		"log.properties":            "io.trino=INFO\n",
		"catalog/memory.properties": "connector.name=memory\n",
		"catalog/lake.properties": fmt.Sprintf(`connector.name=iceberg
iceberg.catalog.type=jdbc
iceberg.jdbc-catalog.driver-class=org.postgresql.Driver
iceberg.jdbc-catalog.connection-url=%s
iceberg.jdbc-catalog.connection-user=%s
iceberg.jdbc-catalog.catalog-name=%s
iceberg.jdbc-catalog.schema-version=V1
iceberg.jdbc-catalog.default-warehouse-dir=local://%s
fs.native-local.enabled=true
local.location=/
`, s.jdbc(), s.user(), catalogName, s.warehouse()),
	}
}

// settings are what a cluster keeps from its first start on, so that whoever knows
// its addresses finds it again after a restart.
type settings struct {
	dir    string
	Ports  []int  `json:"ports"` // of the coordinator and the workers
	Secret string `json:"secret"`
	DSN    string `json:"dsn"` // of PostgreSQL
}

func (s settings) warehouse() string { return filepath.Join(s.dir, "warehouse") }

// jdbc gives PostgreSQL's address as Java's driver wants it.
func (s settings) jdbc() string {
	u, err := url.Parse(s.DSN)
	if err != nil {
		return s.DSN // up has parsed it
	}
	u.User = nil
	return "jdbc:postgresql://" + u.Host + u.Path + "?" + u.RawQuery
}

func (s settings) user() string {
	u, err := url.Parse(s.DSN)
	if err != nil || u.User == nil {
		return ""
	}
	return u.User.Username()
}

// environment is the file that tells tests how to reach everything.
func (s settings) environment() string {
	return fmt.Sprintf(`CLIENTELE_TEST_TRINO=http://test@127.0.0.1:%d
CLIENTELE_TEST_LAKE_DSN=%s
CLIENTELE_TEST_LAKE_WAREHOUSE=%s
CLIENTELE_TEST_LAKE_CATALOG=%s
CLIENTELE_TEST_CLUSTER=%s
`, s.Ports[0], s.DSN, s.warehouse(), catalogName, s.dir)
}
