package types

import (
	"errors"
	"strconv"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
)

// Limits say up to what size collections count as packed.
type Limits struct {
	Hash      HashLimits
	ZSet      ZSetLimits
	MaxIntset int64 // members
}

// RestoreOptions of Restore.
type RestoreOptions struct {
	Replace    bool  // whatever the key holds
	ExpireAtMs int64 // 0: never
	Usage      rdb.Usage
	Limits     Limits
	MaxString  int // bytes of a string or of an element
}

var (
	wordRestore  = []byte("RESTORE")
	wordAbsTTL   = []byte("ABSTTL")
	wordIdleTime = []byte("IDLETIME")
	wordFreq     = []byte("FREQ")
)

// MayRestore tells why a key may not be restored: it is there.
func MayRestore(tx *persistence.Tx, key []byte, replace bool) error {
	if replace {
		return nil
	}
	r, err := tx.Get(key)
	if err == nil && r.Exists() {
		return ErrBusyKey
	}
	return err
}

// Restore makes a key of a DUMP payload. One of which the time has come is not
// made; with Replace the key is then deleted. Payloads of all versions that can
// be read are taken, also those of which a Redis 7.0 would say that they are too
// new.
func Restore(tx *persistence.Tx, key, payload []byte, o RestoreOptions) error {
	if err := MayRestore(tx, key, o.Replace); err != nil {
		return err
	}
	if err := longerBytes(tx, int64(len(payload))); err != nil {
		return err
	}
	r := restoring{tx: tx, key: key, o: o}
	if err := r.verify(payload); err != nil {
		return err
	}
	if o.ExpireAtMs != 0 && o.ExpireAtMs <= tx.NowMs && !tx.Replay {
		_, err := deleteOne(tx, key)
		return err
	}
	if err := longer(tx, r.facts.Elements); err != nil {
		return err
	}
	if err := r.make(payload); err != nil {
		return err
	}
	tx.Modified(key, persistence.EventGeneric, "restore")
	return r.log(payload)
}

// restoring is a key that is being made.
type restoring struct {
	tx    *persistence.Tx
	key   []byte
	o     RestoreOptions
	facts rdb.Facts
}

// restorers make keys, by their type.
var restorers = map[encoding.Type]func(r *restoring, v *rdb.Value) error{
	encoding.TypeString: func(r *restoring, v *rdb.Value) error { return r.string(v.Bytes()) },
	encoding.TypeList:   func(r *restoring, v *rdb.Value) error { return r.list(v.Elements()) },
	encoding.TypeSet:    func(r *restoring, v *rdb.Value) error { return r.set(v.Elements()) },
	encoding.TypeZSet:   func(r *restoring, v *rdb.Value) error { return r.zset(v.Scored()) },
	encoding.TypeHash:   func(r *restoring, v *rdb.Value) error { return r.hash(v.Fields()) },
	encoding.TypeStream: (*restoring).stream,
}

func (r *restoring) open(payload []byte) (*rdb.Value, error) {
	return rdb.OpenDump(payload, rdb.VersionValkey9, rdb.Limits{MaxString: r.o.MaxString})
}

// verify finds everything that is wrong with a payload, before anything changes.
func (r *restoring) verify(payload []byte) error {
	v, err := r.open(payload)
	switch {
	case errors.Is(err, rdb.ErrChecksum), errors.Is(err, rdb.ErrVersion):
		return ErrBadPayload
	case err != nil:
		return ErrBadFormat
	}
	if r.facts, err = v.Verify(); err != nil {
		return ErrBadFormat
	}
	mayBeEmpty := v.Type == encoding.TypeString || v.Type == encoding.TypeStream
	// Fields that expire one by one are not known here: they would live forever.
	if restorers[v.Type] == nil || r.facts.Elements == 0 && !mayBeEmpty || r.facts.Expiring > 0 {
		return ErrBadFormat
	}
	return nil
}

// make makes the key of a payload in which there is nothing wrong.
func (r *restoring) make(payload []byte) error {
	v, err := r.open(payload)
	if err != nil {
		return err
	}
	if r.o.Replace {
		if err := vacate(r.tx, r.key); err != nil {
			return err
		}
	}
	if err := restorers[v.Type](r, v); err != nil {
		return err
	}
	if err := v.Err(); err != nil {
		return err
	}
	return r.noteUsage()
}

func (r *restoring) noteUsage() error {
	switch r.o.Usage.Kind {
	case rdb.UsageIdle:
		return r.tx.NoteIdle(r.key, r.o.Usage.N)
	case rdb.UsageFreq:
		return r.tx.NoteUses(r.key, uint8(r.o.Usage.N))
	}
	return nil
}

// expireAtMs is when the key expires. The log may hold what a record cannot: 0
// is never.
func (r *restoring) expireAtMs() int64 {
	if r.o.ExpireAtMs == 0 {
		return 0
	}
	return max(1, r.o.ExpireAtMs)
}

// create makes an empty collection in place of what the key holds.
func (r *restoring) create(k encoding.Kind, head []byte) (*persistence.Collection, error) {
	c, err := r.tx.Collection(r.key)
	if err != nil {
		return nil, err
	}
	return c, c.Create(k, head, r.expireAtMs())
}

// log logs the key, by a payload that a replica of version 7.0 takes.
func (r *restoring) log(payload []byte) error {
	if rdb.DumpVersion(payload) > rdb.DefaultVersion {
		d := rdb.NewDumper(rdb.Options{Compress: true})
		if _, err := Dump(r.tx, r.key, &d.ValueWriter); err != nil {
			return err
		}
		var err error
		if payload, err = d.Payload(); err != nil {
			return err
		}
	}
	number := func(n int64) []byte { return strconv.AppendInt(nil, n, 10) }
	words := [][]byte{wordRestore, r.key, number(r.o.ExpireAtMs), payload}
	if r.o.Replace {
		words = append(words, wordReplace)
	}
	if r.o.ExpireAtMs != 0 {
		words = append(words, wordAbsTTL)
	}
	switch r.o.Usage.Kind {
	case rdb.UsageIdle:
		words = append(words, wordIdleTime, number(r.o.Usage.N))
	case rdb.UsageFreq:
		words = append(words, wordFreq, number(r.o.Usage.N))
	}
	r.tx.Log(words...)
	return nil
}
