package tools

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"sync"

	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/types"
)

// An import into a store goes into a bulk. One goroutine reads the file, and takes what is large or rare itself; the
// keys between go to workers, many at a time.

// importWorkers decode and encode beside the goroutine that reads.
const importWorkers = 2

// Import takes the keys of an RDB file into a store, which nobody else uses meanwhile. They are not logged, and durable
// when it returns: all of them became part of the store in one step. Without a store it only looks for what would be
// wrong. What cannot be taken is skipped, and told; an error ends the run, of the file with its offset, and what came
// before it, perhaps with a little of what comes after, is in the store; unless it is that of ctx. Progress counts bytes
// of the file.
func Import(ctx context.Context, store *persistence.Store, r io.Reader, o ImportOptions) (*Report, error) {
	im := newImporter(ctx, r, o)
	err := im.into(store)
	return im.report.finish(), err
}

// into takes everything into a store.
func (im *importer) into(store *persistence.Store) (err error) {
	if store == nil {
		return im.runBulk(nil)
	}
	bulk, err := store.NewBulk()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bulk.Abort()) }()
	failed := im.runBulk(bulk)
	if im.ctx.Err() != nil {
		return failed
	}
	if err = store.ForgetHistory(); err == nil { // replicas must not go on as if nothing had come
		err = bulk.Commit()
	}
	for range bulk.Twice() {
		im.skip(Skip{Reason: "a key that comes twice: the last one counts"})
	}
	return errors.Join(failed, err)
}

// runBulk reads the file to its end, into a bulk or nowhere.
func (im *importer) runBulk(bulk *persistence.Bulk) error {
	c := &crew{im: im, bulk: bulk, todo: make(chan *rdb.Batch), spare: make(chan *rdb.Batch, importWorkers+1)}
	c.own = c.newWorker(im.file.Offset)
	im.to = c.own
	for range importWorkers {
		c.spare <- &rdb.Batch{}
		c.busy.Add(1)
		go c.work()
	}
	c.spare <- &rdb.Batch{}
	err := c.read()
	close(c.todo)
	c.busy.Wait()
	return cmp.Or(c.err, err)
}

// crew are the workers of an import.
type crew struct {
	im    *importer
	bulk  *persistence.Bulk
	own   *worker // of the goroutine that reads
	todo  chan *rdb.Batch
	spare chan *rdb.Batch
	busy  sync.WaitGroup

	mu  sync.Mutex // guards the importer's report and what is told, too
	err error      // the first of a worker
}

func (c *crew) failure() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// read hands out the keys of the file.
func (c *crew) read() error {
	for {
		if err := cmp.Or(c.im.ctx.Err(), c.failure()); err != nil {
			return err
		}
		c.im.pace()
		start := c.im.file.Offset()
		batch := <-c.spare
		item, err := c.im.file.NextBatch(batch)
		if err == nil && item == nil {
			c.todo <- batch
			continue
		}
		c.spare <- batch
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = c.item(item, start)
		}
		if err != nil {
			return err
		}
	}
}

func (c *crew) item(item rdb.Item, start int64) error {
	if k, ok := item.(*rdb.Key); ok {
		return c.own.key(k, start)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.im.item(item, start)
}

func (c *crew) work() {
	defer c.busy.Done()
	file := rdb.NewBatchReader(rdb.Limits{})
	w := c.newWorker(file.Offset)
	for batch := range c.todo {
		file.Open(batch)
		if err := w.batch(file); err != nil {
			c.mu.Lock()
			c.err = cmp.Or(c.err, err)
			c.mu.Unlock()
		}
		c.spare <- batch
	}
}

// worker takes keys into the bulk.
type worker struct {
	*crew
	offset func() int64 // of its file
	loader *types.Loader
}

func (c *crew) newWorker(offset func() int64) *worker {
	o := types.LoadOptions{Replace: c.im.o.Replace, Limits: defaultLimits()}
	var to *persistence.BulkWriter
	if c.bulk != nil {
		to = c.bulk.Writer()
	}
	return &worker{c, offset, types.NewLoader(to, o)}
}

// batch takes the keys of a batch.
func (w *worker) batch(file *rdb.Reader) error {
	for {
		start := file.Offset()
		item, err := file.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := w.key(item.(*rdb.Key), start); err != nil { // there is nothing else in a batch
			return err
		}
	}
}

// key takes a key, if it is wanted.
func (w *worker) key(k *rdb.Key, start int64) error {
	if counted := w.im.passes(k); counted != nil {
		w.mu.Lock()
		*counted++
		w.mu.Unlock()
		return nil
	}
	elements, err := w.loader.Load(k, start)
	w.mu.Lock()
	defer w.mu.Unlock()
	if reason := refusal(err); reason != nil {
		w.im.skip(Skip{k.DB, slices.Clone(k.Name), reason.Error()})
		return nil
	}
	if err == nil {
		w.im.report.add(k.Type, elements, w.offset()-start)
	}
	return err
}

func (w *worker) library(code string) error {
	o := &w.im.o
	var broken *persistence.IOError
	if o.LoadLibrary != nil {
		if err := o.LoadLibrary(code, o.Replace); errors.As(err, &broken) {
			return err
		} else if err != nil {
			w.im.skip(Skip{Reason: "a library of functions: " + err.Error()})
			return nil
		}
	}
	w.im.report.Libraries++
	return nil
}

func (w *worker) end() error { return nil }

// refusals are errors that concern one key only.
var refusals = []error{
	types.ErrBusyKey, types.ErrNoDatabase, types.ErrEmptyCollection, types.ErrElementTwice, types.ErrFieldExpires,
	persistence.ErrKeyTooLong,
}

// refusal is the reason that an error gives why a key cannot be taken, nil if it says something else.
func refusal(err error) error {
	if err == nil {
		return nil
	}
	for _, reason := range refusals {
		if errors.Is(err, reason) {
			return reason
		}
	}
	return nil
}
