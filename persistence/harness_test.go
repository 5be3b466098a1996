package persistence

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/slab"
	"github.com/cairndb/cairn/persistence/wal"
)

const (
	testDir       = "/data"
	testDatabases = 3
)

var seedFlag = flag.Uint64("seed", 0, "seed of random histories; 0 draws one")

func TestMain(m *testing.M) {
	flag.Parse()
	slab.Poison = true
	tableBytes = 20 << 10 // so that checkpoints write several
	os.Exit(m.Run())
}

// long marks a test in which nothing runs at the same time, and which takes long:
// the race detector would find nothing in it.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes long")
	}
}

// newRand is a source of random numbers that a failed test names.
func newRand(t *testing.T) *rand.Rand {
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("go test -run '^%s$' -seed %d", t.Name(), seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// testClock is a wall clock that stands still unless it is moved.
type testClock struct{ ms atomic.Int64 }

func newTestClock() *testClock {
	c := &testClock{}
	c.ms.Store(1_000_000)
	return c
}

func (c *testClock) now() time.Time { return time.UnixMilli(c.ms.Load()) }

// tick moves the clock by less than so much; seldom it is set back.
func (c *testClock) tick(rng *rand.Rand, lessThanMs int64) {
	if rng.IntN(100) == 0 {
		c.ms.Add(-rng.Int64N(1000))
		return
	}
	c.ms.Add(rng.Int64N(lessThanMs))
}

// testOptions are of a small store that does nothing by itself.
func testOptions(fs vfs.FS, c *testClock) Options {
	return Options{
		FS: fs, Dir: testDir, Databases: testDatabases, MemoryBytes: 64 << 20,
		Policy: wal.EverySec, SegmentBytes: 64 << 10, HashSeed: 42,
		Now: c.now, Logf: func(string, ...any) {},
	}
}

func mustOpen(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := openStore(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// openStore opens and recovers a store.
func openStore(o Options) (*Store, error) {
	s, err := Open(o)
	if err != nil {
		return nil, err
	}
	if _, err := s.Recover(applyEffect); err != nil {
		return nil, errors.Join(err, s.Abandon())
	}
	return s, nil
}

// mustCheck runs the structural check, and looks for hints that are left over.
func mustCheck(t testing.TB, s *Store) {
	t.Helper()
	if err := checkAll(s); err != nil {
		t.Fatal(err)
	}
}

func checkAll(s *Store) error {
	if err := s.Check(); err != nil {
		return err
	}
	return checkHints(s)
}

// checkHints fails if the tables of a live database have a hint that no stored
// record has asked for. Check lets that pass, as every reader must, but no
// history of a healthy store should leave one.
func checkHints(s *Store) error {
	it, err := s.tables.NewIter(nil)
	if err != nil {
		return err
	}
	defer func() { _ = it.Close() }()
	for ok := it.First(); ok; ok = it.Next() {
		atMs, physical, place, name, err := encoding.ParseExpiryKey(it.Key())
		if err != nil {
			continue
		}
		if _, ok := s.logicalOfPhysical(physical); !ok {
			continue
		}
		value, closer, err := s.tables.Get(encoding.AppendRecordKey(nil, physical, place, name))
		if err != nil {
			return fmt.Errorf("hint of %q for %d: stored key: %w", name, atMs, err)
		}
		rec, err := encoding.ParseRecord(value)
		_ = closer.Close()
		if err != nil || rec.ExpireAtMs != atMs {
			return fmt.Errorf("hint of %q for %d is left over, the key expires at %d (%v)", name, atMs, rec.ExpireAtMs, err)
		}
	}
	return it.Error()
}

// Effects as these tests log them. RESIZE shows a value that depends on the
// one before, so that replaying needs what the tables have.
var (
	wordSet    = []byte("SET")
	wordDel    = []byte("DEL")
	wordExpire = []byte("PEXPIREAT")
	wordResize = []byte("RESIZE")
	wordFlush  = []byte("FLUSHDB")
	wordSwap   = []byte("SWAPDB")
)

func number(n int64) []byte { return strconv.AppendInt(nil, n, 10) }

func parseNumber(b []byte) int64 {
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

// applyEffect is the interpreter of what these tests log.
func applyEffect(tx *Tx, args [][]byte) error {
	keys := Keys{Names: args[1:min(2, len(args))]} // RENAME's second one is met undeclared
	if w := string(args[0]); w == string(wordFlush) || w == string(wordSwap) {
		keys = Keys{All: true}
	}
	return tx.store.Update(tx, keys, func(tx *Tx) error { return carryOut(tx, args) })
}

// carryOut is applyEffect within a door.
func carryOut(tx *Tx, args [][]byte) error {
	switch string(args[0]) {
	case "SET":
		return tx.Put(args[1], stringKind, args[2], parseNumber(args[3]))
	case "DEL":
		return mustExist(tx.Delete(args[1]))
	case "PEXPIREAT":
		return mustExist(tx.SetExpire(args[1], parseNumber(args[2])))
	case "RESIZE":
		v, err := tx.Resize(args[1], int(parseNumber(args[2])))
		if err == nil && v == nil {
			err = errors.New("no such key")
		}
		return err
	case "RENAME":
		return mustExist(rename(tx, args[1], args[2]))
	case "INSERT":
		return insertMany(tx, args[1], parseNumber(args[2]), args[3])
	case "CUT":
		return mustExist(cut(tx, args[1], parseNumber(args[2])))
	case "FLUSHDB":
		return tx.Flush(tx.Database())
	case "SWAPDB":
		return tx.Swap(int(parseNumber(args[1])), int(parseNumber(args[2])))
	}
	return fmt.Errorf("unknown effect %q", args[0])
}

// mustExist: an effect is logged of a key that exists only.
func mustExist(existed bool, err error) error {
	if err == nil && !existed {
		err = errors.New("no such key")
	}
	return err
}

var stringKind = encoding.MakeKind(encoding.TypeString, 0)

// action is one step of a transaction.
type action struct {
	what   actionKind
	db     int
	name   []byte
	value  string
	number int64 // expire time, length, or the other database
}

type actionKind uint8

const (
	actGet actionKind = iota
	actPeek
	actPut
	actResize
	actExpire
	actDelete
	actInsert // into a list
	actCut    // a list
	actRename
	actFlush
	actSwap
)

func (a action) String() string {
	kind := [...]string{"get", "peek", "put", "resize", "expire", "delete", "insert", "cut", "rename", "flush", "swap"}[a.what]
	return fmt.Sprintf("%s db%d %q %q %d", kind, a.db, a.name, a.value[:min(len(a.value), 20)], a.number)
}

// run carries out an action in a transaction, logs it, and returns what it saw.
func (a action) run(tx *Tx) (string, error) {
	tx.Select(a.db)
	name := a.name
	switch a.what {
	case actGet:
		r, err := tx.Get(name)
		if err != nil {
			return "", err
		}
		return show(tx, name, r)
	case actPeek:
		r, err := tx.Peek(name)
		if err != nil {
			return "", err
		}
		return show(tx, name, r)
	case actPut:
		err := tx.Put(name, stringKind, []byte(a.value), a.number)
		tx.Log(wordSet, name, []byte(a.value), number(a.number))
		return "", err
	case actInsert:
		err := insertMany(tx, name, a.number, []byte(a.value))
		tx.Log(wordInsert, name, number(a.number), []byte(a.value))
		return "", err
	case actCut:
		ok, err := cut(tx, name, a.number)
		if ok {
			tx.Log(wordCut, name, number(a.number))
		}
		return strconv.FormatBool(ok), err
	case actRename:
		ok, err := rename(tx, name, []byte(a.value))
		if ok {
			tx.Log(wordRename, name, []byte(a.value))
		}
		return strconv.FormatBool(ok), err
	case actResize:
		if r, err := tx.Get(name); err != nil || r.Type() == encoding.TypeList {
			return "a list", err
		}
		v, err := tx.Resize(name, int(a.number))
		if v == nil {
			return missing, err
		}
		tx.Log(wordResize, name, number(a.number))
		return entry{value: string(v)}.String(), err
	case actExpire:
		ok, err := tx.SetExpire(name, a.number)
		if ok {
			tx.Log(wordExpire, name, number(a.number))
		}
		return strconv.FormatBool(ok), err
	case actDelete:
		ok, err := tx.Delete(name)
		if ok {
			tx.Log(wordDel, name)
		}
		return strconv.FormatBool(ok), err
	case actFlush:
		tx.Log(wordFlush)
		return "", tx.Flush(a.db)
	default:
		tx.Log(wordSwap, number(int64(a.db)), number(a.number))
		return "", tx.Swap(a.db, int(a.number))
	}
}

// model does the same to the model.
func (a action) model(m *model, nowMs int64, write bool) string {
	d, name := m.dbs[a.db], string(a.name)
	e, ok := d[name]
	if looks := a.what != actPut && a.what < actFlush; ok && looks && e.expireAt != 0 && e.expireAt <= nowMs {
		ok = false
		if write {
			delete(d, name)
		}
	}
	switch a.what {
	case actGet, actPeek:
		if !ok {
			return missing
		}
		return e.String()
	case actPut:
		d[name] = entry{a.value, a.number}
	case actInsert:
		if !ok {
			e = entry{}
		}
		d[name] = e.insertMany(a.number, a.value)
	case actCut:
		if ok = ok && e.isList(); ok {
			if e = e.cut(a.number); e.value == emptyList {
				delete(d, name)
			} else {
				d[name] = e
			}
		}
		return strconv.FormatBool(ok)
	case actRename:
		if ok && a.value != name {
			d[a.value] = e
			delete(d, name)
		}
		return strconv.FormatBool(ok)
	case actResize:
		if !ok {
			return missing
		}
		if e.isList() {
			return "a list"
		}
		kept := min(int(a.number), len(e.value))
		e.value = e.value[:kept] + strings.Repeat("\x00", int(a.number)-kept)
		d[name] = e
		return entry{value: e.value}.String()
	case actExpire:
		if ok {
			e.expireAt = a.number
			d[name] = e
		}
		return strconv.FormatBool(ok)
	case actDelete:
		if ok {
			delete(d, name)
		}
		return strconv.FormatBool(ok)
	case actFlush:
		m.dbs[a.db] = map[string]entry{}
	case actSwap:
		m.dbs[a.db], m.dbs[a.number] = m.dbs[a.number], m.dbs[a.db]
	}
	return ""
}

// transaction is a row of actions and how it is called and ends.
type transaction struct {
	actions  []action
	keys     Keys
	write    bool
	nowMs    int64
	fails    bool // returns an error of its own
	panics   bool
	stubborn stubbornness
}

// stubbornness is how a transaction takes it that something is missing.
type stubbornness uint8

const (
	stops    stubbornness = iota
	goesOn                // with the other actions, to return the first error in the end
	swallows              // goes on and returns nothing: the door has to know
)

var errCommand = errors.New("an error of the command")

// outcome is what a transaction said.
type outcome struct {
	saw []string
	err error
}

// run carries a transaction out.
func (x *transaction) run(s *Store, tx *Tx) (out outcome) {
	tx.NowMs = x.nowMs
	tx.Select(0)
	door := s.View
	if x.write {
		door = s.Update
	}
	defer func() {
		if r := recover(); r != nil {
			if r != errCommand {
				panic(r)
			}
			out.err = errCommand
		}
	}()
	out.err = door(tx, x.keys, func(tx *Tx) error {
		out.saw = out.saw[:0]
		var first error
		for _, a := range x.actions {
			saw, err := a.run(tx)
			if err != nil && x.stubborn == stops {
				return err
			}
			if err != nil && first == nil {
				first = err
			}
			out.saw = append(out.saw, saw)
		}
		if x.panics {
			panic(errCommand)
		}
		if x.fails {
			return errCommand
		}
		if x.stubborn == goesOn {
			return first
		}
		return nil
	})
	return out
}

// model does the same to the model.
func (x *transaction) model(m *model) (out outcome) {
	into := m
	if x.panics {
		into = m.clone()
	}
	for _, a := range x.actions {
		out.saw = append(out.saw, a.model(into, x.nowMs, x.write))
	}
	if x.fails || x.panics {
		out.err = errCommand
	}
	return out
}

// difference describes how two outcomes differ, "" if they do not.
func (x *transaction) difference(got, want outcome) string {
	if got.err != want.err {
		return fmt.Sprintf("%v: error %v, should be %v", x.actions, got.err, want.err)
	}
	if x.panics && x.stubborn != stops {
		return "" // it may have panicked in a run that does not count
	}
	for i := range want.saw {
		if i >= len(got.saw) || got.saw[i] != want.saw[i] {
			return fmt.Sprintf("%v: action %d saw %v, should be %v", x.actions, i, got.saw, want.saw)
		}
	}
	return ""
}

// generator draws transactions.
type generator struct {
	rng   *rand.Rand
	names []string
	clock *testClock
	// rare is how seldom databases are flushed and swapped: once in so many
	// actions.
	rare      int
	bigValues bool
}

// spread makes names all over the slots.
func spread(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("key:%d", i)+strings.Repeat("x", i%7*i%40))
	}
	return names
}

// crowded makes names that share few slots, so that segments split.
func crowded(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("{%d}:%d", i%3, i))
	}
	return names
}

func (g *generator) name() string { return g.names[g.rng.IntN(len(g.names))] }

func (g *generator) value() string {
	n := g.rng.IntN(100)
	switch r := g.rng.IntN(200); {
	case g.bigValues && r == 0:
		n = g.rng.IntN(70_000)
	case g.bigValues && r < 4:
		n = g.rng.IntN(6_000)
	}
	const text = "abcdefghijklmnopqrstuvwxyz"
	start := g.rng.IntN(len(text))
	return strings.Repeat(text[start:]+text[:start], n/len(text)+1)[:n]
}

// expireAt is mostly none, else some time around now.
func (g *generator) expireAt() int64 {
	if g.rng.IntN(3) > 0 {
		return 0
	}
	return max(1, g.clock.ms.Load()+g.rng.Int64N(3000)-200)
}

func (g *generator) action(db int, write bool) action {
	a := action{db: db, name: []byte(g.name()), what: actGet}
	if g.rng.IntN(8) == 0 {
		a.db = g.rng.IntN(testDatabases)
	}
	r := g.rng.IntN(100)
	switch {
	case !write:
		if r < 20 {
			a.what = actPeek
		}
	case r < 35:
		a.what, a.value, a.number = actPut, g.value(), g.expireAt()
	case r < 50:
		a.what, a.number = actResize, int64(len(g.value()))
	case r < 60:
		a.what, a.number = actExpire, g.expireAt()
	case r < 70:
		a.what = actDelete
	case r < 82:
		a.what, a.value, a.number = actInsert, g.value(), g.rng.Int64N(1000)
	case r < 86:
		a.what, a.number = actCut, g.rng.Int64N(1000)
	case r < 91:
		a.what, a.value = actRename, g.name()
	case r < 95:
		a.what = actPeek
	}
	if write && g.rng.IntN(g.rare) == 0 {
		a.what, a.number = actFlush+actionKind(g.rng.IntN(2)), g.rng.Int64N(testDatabases)
	}
	return a
}

func (g *generator) transaction() *transaction {
	x := &transaction{write: g.rng.IntN(10) < 7, nowMs: g.clock.ms.Load()}
	n := 1
	if g.rng.IntN(3) == 0 {
		n += g.rng.IntN(8)
	}
	db := g.rng.IntN(testDatabases)
	for range n {
		a := g.action(db, x.write)
		x.actions = append(x.actions, a)
		if g.rng.IntN(20) > 0 { // else undeclared
			x.keys.Names = append(x.keys.Names, a.name)
		}
	}
	x.keys.All = g.rng.IntN(50) == 0
	x.fails = g.rng.IntN(15) == 0
	x.panics = g.rng.IntN(60) == 0
	x.stubborn = stubbornness(g.rng.IntN(3))
	return x
}
