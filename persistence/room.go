package persistence

import "fmt"

// What is kept for others, backups and replicas, may grow for as long as these
// do not come for it. Rather than fill the disk, which would end all writing, it
// is given up: they can begin anew.

// floorShare is the part of the disk that is left free.
const (
	floorShare    = 64
	maxFloorBytes = 1 << 30
)

// NearlyFull says that the disk has so little room left that nothing may be kept
// for others any longer; nil: it has more, or that cannot be told.
func (s *Store) NearlyFull() error {
	u, err := s.opts.FS.GetDiskUsage(s.opts.Dir)
	if err != nil || u.AvailBytes >= min(u.TotalBytes/floorShare, maxFloorBytes) {
		return nil
	}
	return fmt.Errorf("the disk of %s is nearly full: %d MB are left", s.opts.Dir, u.AvailBytes>>20)
}

// mindRoom gives up what is kept for backups when it would fill the disk.
func (s *Store) mindRoom() {
	s.limitHolds()
	if !s.keepsForBackups() {
		return
	}
	if full := s.NearlyFull(); full != nil {
		s.abortBackups(full)
		s.dropHolds(full)
	}
}

// Excess is how many bytes of log, from an offset on, are kept for nobody but
// whoever has pinned that offset.
func (s *Store) Excess(offset int64) int64 {
	return min(s.LastCheckpoint().Offset, s.LogEnd()-s.log.KeepBytes()) - offset
}

// TrimLog gives up what of the log is not needed any more, as a checkpoint does
// at its end.
func (s *Store) TrimLog() {
	s.checkpoints.mu.Lock() // a backup that begins counts on what it has seen
	defer s.checkpoints.mu.Unlock()
	s.trimLocked()
}

func (s *Store) trimLocked() {
	meta, err := readMetaOf(s.tables)
	if err == nil {
		err = s.log.Trim(meta.Offset)
	}
	if err != nil {
		s.opts.Logf("trimming the log: %v", err)
	}
}

// freeRoom is for when something cannot be written. It gives up what is kept for
// backups if the disk is nearly full, and then the log that nothing else needs.
func (s *Store) freeRoom() {
	s.checkpoints.mu.Lock()
	defer s.checkpoints.mu.Unlock()
	s.freeRoomLocked()
}

func (s *Store) freeRoomLocked() {
	s.mindRoom()
	s.trimLocked()
}
