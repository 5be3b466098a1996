package salvage

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cairndb/cairn/encoding"
)

// ErrNoMeta: without Meta nobody knows what the rows stand for.
var ErrNoMeta = errors.New("Meta is lost, which says what the tables stand for: nothing can be rebuilt without it; " +
	"restore a backup")

// TablesDamaged tells whether the tables cannot be used as they are.
func (d *Directory) TablesDamaged() bool { return d.tablesDamaged }

// LogDamaged tells whether the log cannot be used as it is.
func (d *Directory) LogDamaged() bool { return d.logDamaged }

// Rebuild writes what can be had of the tables to new ones in a directory, which
// is made. found hears of each key that is lost, wholly or in part, or that may
// be older than what was written last.
func (d *Directory) Rebuild(dir string, found func(text string)) (err error) {
	if d.meta == nil {
		return ErrNoMeta
	}
	db, err := pebble.Open(dir, d.newTables())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	r := &rebuilder{
		checker: checker{Directory: d, dbs: map[uint32]*dbCounts{}},
		db:      db, batch: db.NewBatch(), found: found, meta: *d.meta,
	}
	r.meta.NextObject = slices.Clone(d.meta.NextObject)
	r.meta.Databases = slices.Clone(d.meta.Databases)
	for i := range r.meta.Databases {
		r.dbs[r.meta.Databases[i].Physical] = &dbCounts{meta: &r.meta.Databases[i]}
	}
	for _, part := range []func() error{r.records, r.twice, r.nodes, r.finish} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// newTables are options for tables that a start compacts into those it wants.
func (d *Directory) newTables() *pebble.Options {
	return &pebble.Options{
		FS: d.fs, DisableWAL: true, MemTableSize: 32 << 20, FormatMajorVersion: pebble.FormatNewest,
		ErrorIfExists: true, Logger: quiet{},
	}
}

// quiet is a logger that says nothing; errors are returned.
type quiet struct{}

func (quiet) Infof(string, ...any)  {}
func (quiet) Errorf(string, ...any) {}

func (quiet) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

type rebuilder struct {
	checker
	db    *pebble.DB
	batch *pebble.Batch
	found func(text string)
	meta  encoding.Meta
	kept  []keptObject
	seen  int64
}

// keptObject is an object whose nodes are taken as they are.
type keptObject struct {
	owner
	key       []byte // of the record in the tables
	expiresAt int64
	old       bool
}

const batchBytes = 4 << 20

func (r *rebuilder) set(key, value []byte) error {
	if err := r.batch.Set(key, value, nil); err != nil {
		return err
	}
	if r.batch.Len() < batchBytes {
		return nil
	}
	return r.commit()
}

func (r *rebuilder) commit() error {
	if err := r.batch.Commit(pebble.NoSync); err != nil {
		return err
	}
	r.batch = r.db.NewBatch()
	return nil
}

func (r *rebuilder) lose(format string, args ...any) { r.found(fmt.Sprintf(format, args...)) }

func (r *rebuilder) records() error {
	from, to := kindSpan(prefixRecord)
	return r.src.scan(from, to, func(row *row) error {
		if r.seen++; r.seen%(1<<16) == 0 {
			r.step("rebuilding", r.seen, r.Report.Keys)
		}
		k, text := r.parseRecord(row)
		if text != "" {
			r.lose("%s: left out", text)
		}
		if k == nil {
			return nil
		}
		return r.record(k, row)
	})
}

// record takes over a key, as it is or as much as can be had.
func (r *rebuilder) record(k *key, row *row) error {
	v := newValue(&r.src, k)
	text, err := v.check()
	if err != nil {
		return err
	}
	if text == "" && row.old {
		r.lose("%s may be older than what was written last", k)
	}
	switch from, to := v.span(); {
	case text == "" && (v.object == 0 || !r.src.inHole(from, to)):
		if v.object != 0 {
			r.kept = append(r.kept, keptObject{owner{k.db, v.object}, slices.Clone(row.key), k.rec.ExpireAtMs, row.old})
		}
		return r.put(k, row.value)
	case k.rec.Kind.Type() == encoding.TypeString && text == "":
		r.kept = append(r.kept, keptObject{owner{k.db, v.object}, slices.Clone(row.key), k.rec.ExpireAtMs, row.old})
		return r.put(k, row.value)
	case k.rec.Kind.Type() == encoding.TypeString || v.wrong != nil:
		r.lose("%s is lost: %s", k, text)
		return nil
	}
	return r.collection(k, v, text)
}

// put writes a record with its expire time, and counts it.
func (r *rebuilder) put(k *key, record []byte) error {
	n, shard := r.dbs[k.db], shardOf(k.place)
	n.keys[shard]++
	if k.rec.ExpireAtMs != 0 {
		n.expires[shard]++
		if err := r.set(encoding.AppendExpiryKey(nil, k.rec.ExpireAtMs, k.db, k.place, k.name), nil); err != nil {
			return err
		}
	}
	return r.set(encoding.AppendRecordKey(nil, k.db, k.place, k.name), record)
}

// collection builds one anew.
func (r *rebuilder) collection(k *key, v *value, text string) error {
	l, err := v.leaves()
	if err != nil {
		return err
	}
	shard := shardOf(k.place)
	b := newBuilder(
		func() uint64 {
			r.meta.NextObject[shard]++
			return uint64(shard)<<56 | r.meta.NextObject[shard]
		},
		func(object, node uint64, b []byte) error {
			return r.set(encoding.AppendNodeKey(nil, k.db, object, node), b)
		})
	head, err := r.fill(l, b)
	if err != nil {
		return err
	}
	if b.count == 0 && (k.rec.Kind.Type() != encoding.TypeStream || text != "" && l.lost > 0) {
		r.lose("%s is lost: %s", k, text)
		return nil
	}
	payload, inNodes, err := b.finish(head)
	if err != nil {
		return err
	}
	if text != "" {
		have, had := b.count, l.total
		if k.rec.Kind.Label() == encoding.MakeKind(encoding.TypeZSet, encoding.ZSetSkiplist) {
			have, had = have/2, had/2 // each member is there twice
		}
		r.lose("%s, a %s, has lost part of its content (%s): %d of its %d entries are there", k, k.rec.Kind.Type(), text, have, had)
	}
	rec := encoding.Record{Kind: k.rec.Kind.Label(), ExpireAtMs: k.rec.ExpireAtMs, Payload: payload}
	if inNodes {
		rec.Kind |= encoding.Kind(encoding.InNodes)
	}
	return r.put(k, encoding.AppendRecord(nil, rec))
}

// fill adds all entries that can be had, and returns the head.
func (r *rebuilder) fill(l *leaves, b *builder) (head []byte, err error) {
	switch kind := l.v.k.rec.Kind.Label(); {
	case kind == encoding.MakeKind(encoding.TypeZSet, encoding.ZSetSkiplist):
		z := zset{l: l, seed: r.meta.HashSeed}
		return nil, z.emit(b.add)
	case kind.Type() == encoding.TypeStream:
		s := stream{l: l}
		if s.head, err = encoding.ParseStreamHead(l.v.head); err != nil {
			return nil, nil // and nothing is added: it is lost
		}
		if err := s.emit(b.add); err != nil {
			return nil, err
		}
		return encoding.AppendStreamHead(nil, &s.head), nil
	}
	return l.v.head, l.entries(b.add)
}

// twice sees to objects that two keys have: one of them is what a rename has left
// in an older table. Its deletion is lost.
func (r *rebuilder) twice() error {
	slices.SortStableFunc(r.kept, func(a, b keptObject) int {
		if c := compareOwners(a.owner, b.owner); c != 0 || a.old == b.old {
			return c
		}
		if a.old {
			return 1
		}
		return -1
	})
	if err := r.commit(); err != nil {
		return err
	}
	for i := 1; i < len(r.kept); i++ {
		if r.kept[i].owner == r.kept[i-1].owner {
			if err := r.drop(&r.kept[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// drop takes back a key that was put.
func (r *rebuilder) drop(o *keptObject) error {
	db, place, name, err := encoding.ParseRecordKey(o.key)
	if err != nil {
		return err
	}
	r.lose("%s is left out: what it holds belongs to another key, whose former name it seems to be", &key{db: db, name: name})
	n, shard := r.dbs[db], shardOf(place)
	n.keys[shard]--
	if o.expiresAt != 0 {
		n.expires[shard]--
		if err := r.batch.Delete(encoding.AppendExpiryKey(nil, o.expiresAt, db, place, name), nil); err != nil {
			return err
		}
	}
	return r.batch.Delete(o.key, nil)
}

// nodes takes over those of objects that are taken as they are.
func (r *rebuilder) nodes() error {
	from, to := kindSpan(prefixNode)
	at, dropped := 0, int64(0)
	err := r.src.scan(from, to, func(row *row) error {
		db, object, _, err := encoding.ParseNodeKey(row.key)
		if err != nil {
			return nil // Check has told
		}
		o := owner{db, object}
		for at < len(r.kept) && compareOwners(r.kept[at].owner, o) < 0 {
			at++
		}
		if at == len(r.kept) || r.kept[at].owner != o {
			dropped++
			return nil
		}
		return r.set(row.key, row.value)
	})
	if dropped > 0 {
		r.lose("%d nodes that belong to no key, or to one that was built anew, are left out", dropped)
	}
	return err
}

// finish writes Meta, and everything to disk.
func (r *rebuilder) finish() error {
	for i := range r.meta.Databases {
		md := &r.meta.Databases[i]
		n := r.dbs[md.Physical]
		md.Keys, md.Expires = slices.Clone(n.keys[:]), slices.Clone(n.expires[:])
	}
	if err := r.set(encoding.AppendMetaKey(nil), encoding.AppendMeta(nil, &r.meta)); err != nil {
		return err
	}
	if err := r.commit(); err != nil {
		return err
	}
	return errors.Join(r.batch.Close(), r.db.Flush())
}
