// Package vault is the workspace folder: the originals as they were received, the
// published versions of the tables made from them, what was set aside as damaged,
// and the lock by which one process at a time changes anything.
//
//	DIR/.clientele/
//	  format               version of this layout
//	  originals/<sha256>   read-only, as received
//	  record.db            the record, kept by package sqlstore
//	  record               or where it is, if it is in a database elsewhere
//	  lock                 who changes the workspace, while somebody does
//	  cache/build/         results under way
//	  cache/batches/<id>/  results of a batch, each written once
//	  cache/versions/<n>.json, cache/current.json
//	  cache/quarantine/    damaged files
//	  cache/spill/         room for an engine
//
// Originals and record are the truth; the cache can be rebuilt from them. A version
// is a manifest over immutable files: nothing is ever changed in place, every file
// gets its name by a rename after its bytes are on the disk, and the record says
// last which manifest holds. So a crash at any point leaves the version before or
// the one after, whole:
//
//	Keep → NewBuild, results are written there → Adopt → Publish → the record commits
//
// A manifest that was published and never committed is not named by the record, so
// it does not exist for a reader that asks with At; Sweep clears it away.
package vault
