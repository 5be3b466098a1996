package persistence

import (
	"cmp"
	"encoding/binary"
	"slices"
	"sync"

	"github.com/cairndb/cairn/encoding"
)

// An object dies when the last record that names it is gone: its nodes, as many
// as they may be, are not looked at then. The next checkpoint deletes them from
// the tables, by one range, and afterwards frees those that are in RAM.

// ownedObject is an object of a physical database.
type ownedObject struct {
	physical uint32
	object   Object
}

// span is the first key of the object's nodes, and the first one after them.
func (o ownedObject) span() (from, to []byte) {
	return encoding.AppendNodeKey(nil, o.physical, uint64(o.object), 0),
		encoding.AppendNodeKey(nil, o.physical, uint64(o.object)+1, 0)
}

func compareOwned(a, b ownedObject) int {
	return cmp.Or(cmp.Compare(a.physical, b.physical), cmp.Compare(a.object, b.object))
}

// graves lists the objects that have died since the last seal.
type graves struct {
	mu   sync.Mutex
	list []ownedObject
}

func (g *graves) add(dead ...ownedObject) {
	g.mu.Lock()
	g.list = append(g.list, dead...)
	g.mu.Unlock()
}

func (g *graves) take() []ownedObject {
	g.mu.Lock()
	defer g.mu.Unlock()
	list := g.list
	g.list = nil
	return list
}

// objectOf is the object that a block's record names, 0 if there is none.
func objectOf(b block) Object {
	if b.p == nil || b.what() != isRecord || !b.live() || !b.kind().HasObject() {
		return 0
	}
	return objectOfPayload(b.kind(), b.value())
}

func objectOfPayload(k encoding.Kind, payload []byte) Object {
	if !k.HasObject() {
		return 0
	}
	h, err := encoding.ParseObjectHeader(payload)
	if err != nil {
		return 0 // a checker's business
	}
	return Object(h.Object)
}

// account notes the objects that a touch has taken a record from, or given one.
func (tx *Tx) account(t *touch) {
	before, after := objectOf(tx.before(t)), objectOf(t.shard.at(t.ref))
	if before == after {
		return
	}
	physical := tx.store.physicals[t.shard.at(t.ref).db()].physical
	if before != 0 {
		tx.lost = append(tx.lost, ownedObject{physical, before})
	}
	if after != 0 {
		tx.gained = append(tx.gained, ownedObject{physical, after})
	}
}

// bury gives up the objects that have no record any more.
func (tx *Tx) bury() {
	for _, list := range [...][]ownedObject{tx.lost, tx.born} {
		for _, o := range list {
			if !slices.Contains(tx.gained, o) {
				tx.store.graves.add(o)
			}
		}
	}
	tx.lost, tx.gained = tx.lost[:0], tx.gained[:0]
}

// takeDead takes the objects that have died before the seal, in order. Those
// that were born since the last seal are in no table. Needs all locks.
func (j *job) takeDead() {
	j.buried = j.store.graves.take()
	slices.SortFunc(j.buried, compareOwned)
}

// bury adds an object that a record of this checkpoint has replaced.
func (j *job) bury(o ownedObject) {
	i, found := slices.BinarySearchFunc(j.buried, o, compareOwned)
	if !found {
		j.buried = slices.Insert(j.buried, i, o)
	}
}

// isDead tells whether a node's object had died before the seal.
func (j *job) isDead(d *db, b block) bool {
	if len(j.buried) == 0 {
		return false
	}
	o := ownedObject{d.physical, objectOfNode(b)}
	_, dead := slices.BinarySearchFunc(j.buried, o, compareOwned)
	return dead
}

func objectOfNode(b block) Object { return objectOfName(b.key()) }

func objectOfName(name []byte) Object { return Object(binary.BigEndian.Uint64(name)) }

// deadIn lists the dead objects of one shard of a database that the tables may
// have.
func (j *job) deadIn(d *db, sh *shard) []ownedObject {
	var list []ownedObject
	for _, o := range j.buried {
		if o.physical == d.physical && shardOfObject(uint64(o.object)) == sh.no && o.object.number() <= j.stored[sh.no] {
			list = append(list, o)
		}
	}
	return list
}

// number is the object's number in the shard where it was born.
func (o Object) number() uint64 { return uint64(o) & (1<<56 - 1) }

// deleteObjects deletes the nodes of dead objects that come before an object;
// adjacent ones by one range. It returns the rest of the list.
func (j *job) deleteObjects(dead []ownedObject, before Object) ([]ownedObject, error) {
	for len(dead) > 0 && dead[0].object < before {
		from, to := dead[0].span()
		dead = dead[1:]
		for len(dead) > 0 && dead[0].object < before && slices.Equal(to, encoding.AppendNodeKey(nil, dead[0].physical, uint64(dead[0].object), 0)) {
			_, to = dead[0].span()
			dead = dead[1:]
		}
		if err := j.out.deleteRange(from, to); err != nil {
			return nil, err
		}
	}
	return dead, nil
}

// clearGraves frees the nodes of dead objects that are in RAM: all are clean, or
// nobody will write them.
func (j *job) clearGraves() {
	if len(j.buried) == 0 {
		return
	}
	shards := map[uint8]bool{}
	for _, o := range j.buried {
		shards[shardOfObject(uint64(o.object))] = true
	}
	for no := range shards {
		sh := &j.store.shards[no]
		for _, d := range j.dbs {
			sh.freeNodes(j, d)
		}
	}
}

// freeNodes frees the nodes of dead objects in one table, a segment at a time.
func (sh *shard) freeNodes(j *job, d *db) {
	for order, more := uint64(0), true; more; {
		sh.mu.Lock()
		t := &d.nodes[sh.no]
		if more = !d.dropped && len(t.dir) > 0; more {
			sh.segments(t, order, func(s segment, bound uint64) bool {
				sh.freeDeadIn(j, d, t, s)
				order, more = bound, bound != 0
				return false
			})
		}
		sh.mu.Unlock()
	}
}

func (sh *shard) freeDeadIn(j *job, d *db, t *table, s segment) {
	words := s.words()
	for i := 0; i < len(words); {
		w := words[i]
		if w == 0 || sh.at(w.ref()).has(flagLoading) || !j.isDead(d, sh.at(w.ref())) {
			i++
			continue
		}
		sh.dropWord(t, s, i) // another word may have moved here: look again
	}
}

// dropWord takes a node out of RAM that nobody will ask for again.
func (sh *shard) dropWord(t *table, s segment, i int) {
	w := s.words()[i]
	if w&bitDead == 0 {
		t.live--
		t.resident--
	}
	sh.removeAt(t, s, i)
	sh.freeWord(w)
}
