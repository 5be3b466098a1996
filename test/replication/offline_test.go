package replication

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cairndb/cairn/test/proc"
)

// tool runs a verb of cairn.
func tool(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command(proc.CairnBinary(t), args...).CombinedOutput(); err != nil {
		t.Fatalf("cairn %q: %v\n%s", args, err, out)
	}
}

// lookInto opens a directory with all that only reads it.
func lookInto(t *testing.T, dir string) {
	t.Helper()
	tool(t, "export", filepath.Join(t.TempDir(), "dump.rdb"), "--dir", dir)
	tool(t, "check", "--replay", "--dir", dir)
	tool(t, "inspect", "--dir", dir)
	tool(t, "backup", filepath.Join(t.TempDir(), "backups"), "--dir", dir)
}

// TestLookedInto: who looks into the directory of a replica, or of a master, that has ended, in order or not, does not keep
// the one from going on where it was, nor the other's replicas.
func TestLookedInto(t *testing.T) {
	t.Parallel()
	master := cairn(t)
	host, port, _ := strings.Cut(master.Addr(), ":")
	replica := cairn(t, "--replicaof", host, port)
	master.fill(t, 1, 300)
	inSync(t, master, replica)
	for step, end := range []func() error{replica.Stop, replica.Kill9} {
		master.fill(t, 10+uint64(step), 50)
		inSync(t, master, replica)
		if err := end(); err != nil {
			t.Fatal(err)
		}
		master.fill(t, 20+uint64(step), 50)
		lookInto(t, replica.Dir)
		lookInto(t, replica.Dir)
		replica.again(replica.Start)
		inSync(t, master, replica)
		if full, partial := syncs(master); full != 1 || partial != int64(step)+1 {
			t.Errorf("after step %d the master has given %d full syncs and %d partial ones", step, full, partial)
		}
	}
	for step, end := range []func() error{master.Stop, master.Kill9} {
		master.fill(t, 30+uint64(step), 300) // more than the log that offline work would keep by itself
		inSync(t, master, replica)
		if err := end(); err != nil {
			t.Fatal(err)
		}
		lookInto(t, master.Dir)
		lookInto(t, master.Dir)
		master.again(master.Start)
		master.fill(t, 40+uint64(step), 50)
		inSync(t, master, replica)
		if full, _ := syncs(master); full != 0 {
			t.Errorf("after step %d the master has given %d full syncs", step, full)
		}
	}
}

// TestImportedInto: data that were imported into a directory beside its log reach those who follow its server, and do not
// stay in a replica.
func TestImportedInto(t *testing.T) {
	t.Parallel()
	other := cairn(t)
	other.do("SET", "imported", "v")
	file := filepath.Join(t.TempDir(), "other.rdb")
	if err := other.Stop(); err != nil {
		t.Fatal(err)
	}
	tool(t, "export", file, "--dir", other.Dir)
	master := cairn(t)
	host, port, _ := strings.Cut(master.Addr(), ":")
	replica := cairn(t, "--replicaof", host, port)
	master.fill(t, 1, 100)
	inSync(t, master, replica)

	if err := replica.Stop(); err != nil {
		t.Fatal(err)
	}
	tool(t, "import", file, "--dir", replica.Dir)
	replica.again(replica.Start)
	inSync(t, master, replica)
	if replica.do("EXISTS", "imported") != "0" {
		t.Error("a replica keeps what its master does not have")
	}

	if err := master.Stop(); err != nil {
		t.Fatal(err)
	}
	tool(t, "import", file, "--dir", master.Dir)
	master.again(master.Start)
	inSync(t, master, replica)
	if got := replica.do("GET", "imported"); got != "v" {
		t.Errorf("the replica says %q of what was imported into its master", got)
	}
}
