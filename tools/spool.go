package tools

import (
	"errors"
	"io"
	"os"
	"sync"
)

// spool keeps bytes that come faster than they are used, in a file that has no name. One writes, one reads. When all has
// been read the file begins anew.
type spool struct {
	file *os.File
	idle func() error // called by a reader that is about to wait; or nil

	mu       sync.Mutex
	more     *sync.Cond
	from, to int64 // what has not been read
	err      error // why no more will come
}

// newSpool makes a spool in a directory, "" for the system's own.
func newSpool(dir string) (*spool, error) {
	f, err := os.CreateTemp(dir, scratchPattern)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	s := &spool{file: f}
	s.more = sync.NewCond(&s.mu)
	return s, nil
}

// scratchPattern is what files are called that are of no use later.
const scratchPattern = "import-*.tmp"

func (s *spool) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.file.WriteAt(b, s.to)
	s.to += int64(n)
	s.more.Signal()
	return n, err
}

// end says that no more will come, and why: io.EOF, or an error.
func (s *spool) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
	}
	s.more.Signal()
}

func (s *spool) Read(b []byte) (int, error) {
	if err := s.wait(); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.file.ReadAt(b[:min(int64(len(b)), s.to-s.from)], s.from)
	s.from += int64(n)
	if err == nil && s.from == s.to {
		s.from, s.to = 0, 0
		err = s.file.Truncate(0)
	}
	return n, err
}

// wait waits until there is something to be read.
func (s *spool) wait() error {
	for {
		s.mu.Lock()
		empty, err := s.from == s.to, s.err
		s.mu.Unlock()
		switch {
		case !empty:
			return nil
		case err != nil:
			return err
		case s.idle != nil:
			if err := s.idle(); err != nil {
				return err
			}
		}
		s.mu.Lock()
		for s.from == s.to && s.err == nil {
			s.more.Wait()
		}
		s.mu.Unlock()
	}
}

func (s *spool) close() error { return s.file.Close() }

var _ io.ReadWriter = (*spool)(nil)
