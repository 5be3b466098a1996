package sorter

import (
	"encoding/binary"
	"errors"
	"sync"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Options of a Sorter.
type Options struct {
	FS vfs.FS
	// Path names the file of run n.
	Path func(n int) string
	// BatchBytes are gathered before they are written to a file.
	BatchBytes int
}

// Sorter sorts the rows that its writers are given.
type Sorter struct {
	o       Options
	writers []*Writer
	rows    *Rows

	mu    sync.Mutex
	named int // runs so far
}

// Writer takes rows for a Sorter. One goroutine may use it at a time.
type Writer struct {
	s       *Sorter
	batch   *batch // being filled
	spare   *batch // or nil
	writing chan written
	runs    []run // in the order in which their rows came
}

// written is how the writing of a batch ended.
type written struct {
	batch *batch
	run   run
	err   error
}

// mergeRuns is how many runs of the same level become one.
const mergeRuns = 256

// readBytes are read at once from each run, at most and at least.
const (
	maxReadBytes = 256 << 10
	minReadBytes = 16 << 10
)

// New makes a Sorter. Close it.
func New(o Options) *Sorter { return &Sorter{o: o} }

// Writer makes another writer. Of the same key rows of an older writer come
// before those of a newer one.
func (s *Sorter) Writer() *Writer {
	w := &Writer{s: s, batch: &batch{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writers = append(s.writers, w)
	return w
}

// Add adds a row.
func (w *Writer) Add(key, value []byte) error {
	room, err := w.Reserve(key, len(value))
	if err == nil {
		copy(room, value)
	}
	return err
}

// Reserve adds a row whose value the caller fills before the next call.
func (w *Writer) Reserve(key []byte, valueLen int) (value []byte, err error) {
	if n := len(w.batch.data); n > 0 && n+rowBytes(len(key), valueLen) > min(w.s.o.BatchBytes, maxBatch) {
		if err := w.spill(); err != nil {
			return nil, err
		}
	}
	return w.batch.add(key, valueLen), nil
}

// spill has the batch written, and begins the next one.
func (w *Writer) spill() error {
	if err := w.await(); err != nil {
		return err
	}
	full := w.batch
	if w.batch = w.spare; w.batch == nil {
		w.batch = &batch{data: make([]byte, 0, w.s.o.BatchBytes), rows: make([]row, 0, len(full.rows)*9/8)}
	}
	w.spare = nil
	path := w.s.newPath()
	w.writing = make(chan written, 1)
	go func() { w.writing <- w.s.write(full, path) }()
	return nil
}

func (s *Sorter) newPath() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.named++
	return s.o.Path(s.named)
}

// await waits for the batch that is being written.
func (w *Writer) await() error {
	if w.writing == nil {
		return nil
	}
	done := <-w.writing
	w.writing = nil
	if done.err != nil {
		return done.err
	}
	done.batch.reset()
	if cap(done.batch.data) <= 2*w.s.o.BatchBytes { // else there was one large row
		w.spare = done.batch
	}
	w.runs = append(w.runs, done.run)
	return w.mergeSome()
}

// write writes a batch in order.
func (s *Sorter) write(b *batch, path string) written {
	b.sort()
	err := s.writeRun(path, func(w *runWriter) error {
		for _, r := range b.rows {
			_, _, size := cutRow(b.data[r.at:])
			if err := w.write(b.data[r.at:][:size]); err != nil {
				return err
			}
		}
		return nil
	})
	return written{b, run{path: path}, err}
}

// writeRun makes a file of what fn writes.
func (s *Sorter) writeRun(path string, fn func(w *runWriter) error) error {
	f, err := s.o.FS.Create(path, "sorter")
	if err != nil {
		return err
	}
	w := &runWriter{file: f, buf: make([]byte, 0, writeBytes)}
	if err = fn(w); err == nil {
		err = w.flush()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, s.o.FS.Remove(path))
	}
	return nil
}

// mergeSome makes one run of the newest ones, if there are many of a level.
func (w *Writer) mergeSome() error {
	for {
		n, level := 0, w.runs[len(w.runs)-1].level
		for n < len(w.runs) && w.runs[len(w.runs)-1-n].level == level {
			n++
		}
		if n < mergeRuns {
			return nil
		}
		if err := w.mergeNewest(n, level+1); err != nil {
			return err
		}
	}
}

func (w *Writer) mergeNewest(n, level int) error {
	old := w.runs[len(w.runs)-n:]
	into := run{w.s.newPath(), level}
	rows := &Rows{}
	err := w.s.open(rows, old)
	if err == nil {
		err = w.s.writeRun(into.path, rows.writeTo)
	}
	if err = errors.Join(err, rows.close()); err != nil {
		return err
	}
	for _, r := range old {
		err = errors.Join(err, w.s.o.FS.Remove(r.path))
	}
	w.runs = append(w.runs[:len(w.runs)-n], into)
	return err
}

func (r *Rows) writeTo(w *runWriter) error {
	for {
		ok, err := r.Next()
		if err != nil || !ok {
			return err
		}
		var head [rowHeader]byte
		binary.LittleEndian.PutUint32(head[:], uint32(len(r.Key())))
		binary.LittleEndian.PutUint32(head[4:], uint32(len(r.Value())))
		for _, b := range [...][]byte{head[:], r.Key(), r.Value()} {
			if err := w.write(b); err != nil {
				return err
			}
		}
	}
}

// open opens runs to be merged.
func (s *Sorter) open(rows *Rows, runs []run) error {
	each := max(minReadBytes, min(maxReadBytes, s.o.BatchBytes/max(1, len(runs))))
	for _, r := range runs {
		f, err := s.o.FS.Open(r.path, vfs.SequentialReadsOption)
		if err != nil {
			return err
		}
		if err := rows.open(cursor{file: f, buf: make([]byte, each)}); err != nil {
			return err
		}
	}
	return nil
}

// Sort ends the adding of rows, and returns them in order, to be read once. They
// are closed with the Sorter.
func (s *Sorter) Sort() (*Rows, error) {
	s.rows = &Rows{}
	for _, w := range s.writers {
		if err := w.end(); err != nil {
			return nil, err
		}
	}
	for _, w := range s.writers {
		if err := s.open(s.rows, w.runs); err != nil {
			return nil, err
		}
		if err := s.rows.open(cursor{batch: w.batch}); err != nil {
			return nil, err
		}
	}
	return s.rows, nil
}

// end brings in order what is left. If something was written, all is: memory is
// for something else then.
func (w *Writer) end() error {
	if err := w.await(); err != nil {
		return err
	}
	w.spare = nil
	if len(w.runs) == 0 {
		w.batch.sort()
		return nil
	}
	done := w.s.write(w.batch, w.s.newPath())
	if done.err != nil {
		return done.err
	}
	w.runs, w.batch = append(w.runs, done.run), &batch{}
	return nil
}

// Close gives everything up, and removes the files.
func (s *Sorter) Close() (err error) {
	if s.rows != nil {
		err = s.rows.close()
	}
	for _, w := range s.writers {
		if w.writing != nil {
			if done := <-w.writing; done.err == nil {
				w.runs = append(w.runs, done.run)
			}
			w.writing = nil
		}
		for _, r := range w.runs {
			err = errors.Join(err, s.o.FS.Remove(r.path))
		}
	}
	s.writers, s.rows = nil, nil
	return err
}
