package app_test
import ("testing";"fmt";"os/exec")
func TestDbg(t *testing.T){
 f := newFirm(t, 0)
 a := f.bring(t, f.truth.Sales[0].Name)
 bs,_ := f.w.Batches(t.Context())
 for _, b := range bs { fmt.Printf("%s %s %+v\n", b.ID,b.File,b.Controls); }
 fmt.Println(a.Control.Reasons)
 out,_ := exec.Command("sh","-c","cd "+f.dir+"/.clientele && find . -type f | xargs ls -la; cat cache/versions/* | tail -60").CombinedOutput()
 fmt.Println(string(out))
}
