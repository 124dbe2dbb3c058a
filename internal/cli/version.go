package cli

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

const versionSchema = "clientele.version/v1"

type versionDocument struct {
	stamp

	Version string `json:"version"` // "devel" where the build does not know
	Go      string `json:"go"`
}

// version is the command that says which program this is.
func (r *run) version() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "which program this is",
		Long:  "Say the version of the program, and of the Go that it is built with. So does\n'clientele --version'.",
		Example: "  clientele version\n\n" +
			"  # for a report of a defect\n" +
			"  clientele --version",
		Annotations: map[string]string{schemaKey: versionSchema},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := between(cmd, args, 0, 0, ""); err != nil {
				return err
			}
			return r.showVersion()
		},
	}
}

func (r *run) showVersion() error {
	v := buildVersion()
	if r.global.format == formatTable {
		return r.print([]byte("clientele " + v + ", " + runtime.Version() + "\n"))
	}
	t := &table{columns: []column{{"name", "name", false, false}, {"version", "version", false, false}, {"go", "Go", false, false}}}
	t.exact = [][]string{{"clientele", v, runtime.Version()}}
	t.shown = t.exact
	return r.show(t, func() any { return versionDocument{r.stamp(versionSchema), v, runtime.Version()} })
}

// buildVersion is what the build says about itself.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
