package tools

import (
	"context"
	"io"
	"sync/atomic"

	"github.com/cairndb/cairn/persistence"
)

// storeTarget takes a followed server into a store. What it has taken is durable when the store is closed.
type storeTarget struct {
	store   *persistence.Store
	o       ImportOptions
	p       *replayer
	applied atomic.Int64
}

// IntoStore makes a store the target. apply carries out a command.
func IntoStore(store *persistence.Store, o ImportOptions, apply persistence.Apply) Target {
	p := &replayer{store: store, tx: store.Tx(), o: ReplayOptions{Apply: apply, Skipped: o.Skipped}, report: newReport()}
	p.tx.Replay = true
	return &storeTarget{store: store, o: o, p: p}
}

func (t *storeTarget) Load(ctx context.Context, r io.Reader) (*Report, error) {
	t.p.ctx = ctx
	return Import(ctx, t.store, r, t.o)
}

func (t *storeTarget) Apply(args [][]byte, end int64) error {
	if !ofTheLink(args) {
		if err := t.p.command(args, 0); err != nil {
			return err
		}
		if err := t.p.pace(end); err != nil {
			return err
		}
	}
	t.applied.Store(end)
	return nil
}

func (t *storeTarget) Flush() error             { return nil }
func (t *storeTarget) Applied() int64           { return t.applied.Load() }
func (t *storeTarget) Failed() map[string]int64 { return t.p.report.Skipped }
