package persistence

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cairndb/cairn/persistence/wal"
)

// A replica that starts anew gets the whole data set of its master while its
// own old one is still served. The new content is built beside the old one, as a
// bulk of databases that nobody has seen, and takes its place in one step: the
// ingest of the checkpoint that says so. From then on the log is another one too,
// with the master's history and offsets. It lies in a directory of its own, whose
// number is in Meta, and is made before that; so a crash finds either both old or
// both new, and behind the ingest nothing is left that could fail.

// Replacement is new content for the store on its way: a bulk of all that there
// will be. One at a time.
type Replacement struct {
	*Bulk
	functions *Functions // nil: those of the store stay
}

// ErrReplacing: another replacement is under way.
var ErrReplacing = errors.New("the data is being replaced already")

// ErrKeyTwice refuses new content that has a key twice.
var ErrKeyTwice = errors.New("a key comes twice")

// errReplaced ends what has to do with the old log.
var errReplaced = errors.New("the data was replaced by that of another server")

// BeginReplacement starts to build new content. End it with Commit or Abort.
func (s *Store) BeginReplacement() (*Replacement, error) {
	if !s.replacing.CompareAndSwap(false, true) {
		return nil, ErrReplacing
	}
	r := &Replacement{Bulk: s.newBulk()}
	s.lockAll()
	defer s.unlockAll()
	for range s.logicals {
		r.physicals = append(r.physicals, s.nextPhysical)
		s.nextPhysical++
	}
	return r, nil
}

// SetFunctions says which functions come with the new content.
func (r *Replacement) SetFunctions(f *Functions) { r.functions = f }

// Abort gives the new content up.
func (r *Replacement) Abort() error {
	r.store.replacing.Store(false)
	return r.Bulk.Abort()
}

// Commit puts the new content in the place of the old one, durably. The log goes
// on at offset, with a history of its own; selected is the database that its
// stream has selected there. Nobody may write meanwhile, nor read the log. After
// an error the old content is still there, and the new one is to be given up.
func (r *Replacement) Commit(offset int64, selected int, h wal.History) error {
	s := r.store
	if err := r.build(); err != nil {
		return err
	}
	if r.twice > 0 {
		return ErrKeyTwice
	}
	s.checkpoints.mu.Lock()
	defer s.checkpoints.mu.Unlock()
	if err := s.log.Sync(s.LogEnd()); err != nil {
		return err
	}
	log, err := s.prepareLog(offset, selected, h)
	if err != nil {
		return err
	}
	if err := r.put(offset, selected); err != nil {
		log.Discard()
		return err
	}
	s.forgetOffsets()
	s.abortBackups(errReplaced)
	s.dropHolds(errReplaced)
	s.logEpoch++
	s.history.Store(&h)
	if err := s.log.Succeed(log); err != nil {
		return err
	}
	s.removeOtherLogs()
	return r.Abort()
}

// prepareLog makes the log that goes with the new content.
func (s *Store) prepareLog(offset int64, selected int, h wal.History) (*wal.Successor, error) {
	path := s.opts.FS.PathJoin(s.opts.Dir, logName(s.logEpoch+1))
	if err := s.opts.FS.RemoveAll(path); err != nil { // of a replacement that came to nothing
		return nil, err
	}
	return s.log.Prepare(path, offset, selected, h)
}

// put makes the new content that of the store, durably.
func (r *Replacement) put(offset int64, selected int) error {
	s := r.store
	s.reap()
	start := s.opts.Now()
	old, functions := slices.Clone(s.logicals), s.Functions()
	j := r.exchange(offset, selected)
	j.built = r.built
	err := j.write()
	if err != nil {
		r.exchangeBack(j, old)
		s.functions.Store(functions)
		_, err = s.checkpointFailed(err)
		return err
	}
	j.finish()
	r.built = nil    // they are the store's now
	j.synced = start // the log before the offset is the master's affair
	s.checkpoints.succeeded(j, "new content", start, s.opts.Now())
	return nil
}

// exchange maps the new databases and seals, in one.
func (r *Replacement) exchange(offset int64, selected int) *job {
	s := r.store
	s.lockAll()
	defer s.unlockAll()
	for i, d := range s.logicals {
		s.drop(d)
		s.logicals[i] = (&db{physical: r.physicals[i]}).grown(s, r.counts[r.physicals[i]])
	}
	if r.functions != nil {
		s.functions.Store(r.functions)
	}
	s.sweep.restart()
	j := s.sealLocked()
	j.meta.Offset, j.meta.Selected, j.meta.LogEpoch = offset, uint32(max(selected, 0)), s.logEpoch+1
	r.tell()
	return j
}

// forgetOffsets: nobody has to wait for what the old log holds.
func (s *Store) forgetOffsets() {
	s.lockAll()
	defer s.unlockAll()
	for i := range s.shards {
		s.shards[i].lastOffset = 0
	}
}

// tell says that everything has changed.
func (r *Replacement) tell() {
	tx := r.store.Tx()
	tx.attended = r.store.observer != nil && r.store.attention.Load() > 0
	for n := range r.physicals {
		tx.modifiedAll(n)
	}
	tx.tell()
}

// exchangeBack undoes what exchange has done.
func (r *Replacement) exchangeBack(j *job, old []*db) {
	j.dbs = append(j.dbs, old...) // the seal has left their blocks behind
	r.Bulk.exchangeBack(j, old)
	s := r.store
	s.lockAll()
	defer s.unlockAll()
	for _, d := range old {
		s.deadDBs = slices.DeleteFunc(s.deadDBs, func(id uint32) bool { return id == d.physical })
	}
}

// logName is the directory of a log, by its number.
func logName(epoch uint64) string {
	if epoch == 0 {
		return logDir
	}
	return fmt.Sprintf("%s-%d", logDir, epoch)
}

// isLogName tells the names of logs' directories.
func isLogName(name string) bool { return name == logDir || strings.HasPrefix(name, logDir+"-") }

// removeOtherLogs removes the directories of logs that were replaced, or were to
// take the place of this one and never did.
func (s *Store) removeOtherLogs() {
	names, err := s.opts.FS.List(s.opts.Dir)
	for _, name := range names {
		if isLogName(name) && name != logName(s.logEpoch) {
			err = errors.Join(err, s.opts.FS.RemoveAll(s.opts.FS.PathJoin(s.opts.Dir, name)))
		}
	}
	if err != nil {
		s.opts.Logf("removing other logs: %v", err)
	}
}
