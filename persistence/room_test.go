package persistence

import (
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// smallDisk says itself how much room it has.
type smallDisk struct {
	vfs.FS
	total uint64
	free  *atomic.Uint64
}

func (d smallDisk) GetDiskUsage(string) (vfs.DiskUsage, error) {
	free := d.free.Load()
	return vfs.DiskUsage{AvailBytes: free, TotalBytes: d.total, UsedBytes: d.total - free}, nil
}

// TestNearlyFull: what is kept for backups is given up before the disk is full.
func TestNearlyFull(t *testing.T) {
	for _, c := range []struct{ total, enough, little uint64 }{
		{64 << 20, 1 << 20, 1<<20 - 1}, // a 64th of a small disk
		{1 << 40, 1 << 30, 1<<30 - 1},  // a gigabyte of a large one
	} {
		disk := smallDisk{vfs.NewMem(), c.total, &atomic.Uint64{}}
		disk.free.Store(c.enough)
		s := mustOpen(t, testOptions(disk, newTestClock()))
		b, err := s.BeginBackup()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Checkpoint("test"); err != nil || s.NearlyFull() != nil || b.Err() != nil {
			t.Fatalf("%d bytes are free: %v, %v, %v", c.enough, err, s.NearlyFull(), b.Err())
		}
		disk.free.Store(c.little)
		if _, err := s.Checkpoint("test"); err != nil || s.NearlyFull() == nil || b.Err() == nil {
			t.Fatalf("%d bytes are free: %v, %v, %v", c.little, err, s.NearlyFull(), b.Err())
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
