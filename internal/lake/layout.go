package lake

import (
	"fmt"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"

	"clientele/internal/fault"
	"clientele/internal/publication"
)

// layout is how a table is made. Tables of batches are partitioned by batch, so that the
// rows of one are files of their own, whoever compacts them.
func layout(name publication.Table) (*iceberg.Schema, iceberg.PartitionSpec) {
	types := map[publication.Type]iceberg.Type{
		publication.Long: iceberg.PrimitiveTypes.Int64, publication.Int: iceberg.PrimitiveTypes.Int32,
		publication.Bool: iceberg.PrimitiveTypes.Bool, publication.String: iceberg.PrimitiveTypes.String,
	}
	var fields []iceberg.NestedField
	spec := *iceberg.UnpartitionedSpec
	for i, c := range name.Columns() {
		fields = append(fields, iceberg.NestedField{ID: i + 1, Name: c.Name, Type: types[c.Type], Required: !c.Optional})
		if c.Name == "batch" {
			spec = iceberg.NewPartitionSpec(iceberg.PartitionField{SourceIDs: []int{i + 1}, FieldID: 1000, Name: "batch", Transform: iceberg.IdentityTransform{}})
		}
	}
	return iceberg.NewSchema(0, fields...), spec
}

// fits refuses a table that is not as this program makes it.
func fits(name publication.Table, t *table.Table) error {
	want, spec := layout(name)
	have := t.Schema()
	for _, f := range want.Fields() {
		g, ok := have.FindFieldByName(f.Name)
		if !ok || !g.Type.Equals(f.Type) {
			return fault.New(fault.Failed, op, fmt.Sprintf("the table %s has no column %s of type %s", name, f.Name, f.Type), "publish into a namespace of its own: --namespace NAME")
		}
	}
	now := t.Spec()
	if have.NumFields() != want.NumFields() || now.NumFields() != spec.NumFields() {
		return fault.New(fault.Failed, op, fmt.Sprintf("the table %s was made by another program, or by a newer version of this one", name), "publish into a namespace of its own: --namespace NAME")
	}
	return nil
}
