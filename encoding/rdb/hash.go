package rdb

import (
	"encoding/binary"
	"iter"
	"math"

	"github.com/cairndb/cairn/encoding"
)

// Field is a field of a hash.
type Field struct {
	Name, Value []byte
	ExpireAtMs  int64 // Unix time, of this field alone (Redis 7.4, Valkey 9); 0: never
}

// Fields are the fields of a hash, in no order.
func (v *Value) Fields() iter.Seq[Field] {
	return func(yield func(Field) bool) {
		if v.claim(encoding.TypeHash, untouched, finished) {
			v.end(v.fields(until(yield)))
		}
	}
}

func (v *Value) fields(emit func(Field)) error {
	switch v.code {
	case codeHash:
		return v.plainFields(emit)
	case codeHashTTLPreGA, codeHashTTL:
		if v.valkey {
			return v.valkeyFields(emit)
		}
		return v.expiringFields(emit)
	case codeHashPackPreGA, codeHashListpackTTL:
		return v.packedFields(emit, true)
	}
	return v.packedFields(emit, false)
}

func (v *Value) plainFields(emit func(Field)) error {
	for range v.n {
		f, err := v.field()
		if err != nil {
			return err
		}
		emit(f)
	}
	return nil
}

// field reads a name and a value.
func (v *Value) field() (f Field, err error) {
	if f.Name, err = v.d.kept(&v.first); err == nil {
		f.Value, err = v.d.string()
	}
	return f, err
}

// readSoonest reads the head of a hash whose fields expire: what their times are relative to, and how many there are.
func (v *Value) readSoonest() error {
	b, err := v.d.take(8)
	if err != nil {
		return err
	}
	v.soonest = int64(binary.LittleEndian.Uint64(b))
	v.n, err = v.d.length()
	return err
}

// expiringFields reads fields with Redis's expire times before them: in the release candidates of Redis 7.4 absolute,
// since then relative, and one too high, so that 0 can mean never.
func (v *Value) expiringFields(emit func(Field)) error {
	for range v.n {
		at, err := v.d.length()
		if err != nil {
			return err
		}
		f, err := v.field()
		if err != nil {
			return err
		}
		if at > 0 && v.code == codeHashTTL {
			at += uint64(v.soonest) - 1
		}
		if f.ExpireAtMs, err = fieldExpireAt(at); err != nil {
			return err
		}
		emit(f)
	}
	return nil
}

// valkeyFields reads fields with Valkey's expire times behind them, -1 for never. There the head is only the count.
func (v *Value) valkeyFields(emit func(Field)) error {
	for range v.n {
		name, err := v.d.kept(&v.first)
		if err != nil {
			return err
		}
		value, err := v.d.kept(&v.second)
		if err != nil {
			return err
		}
		b, err := v.d.take(8)
		if err != nil {
			return err
		}
		f := Field{Name: name, Value: value}
		if at := binary.LittleEndian.Uint64(b); at != math.MaxUint64 {
			if f.ExpireAtMs, err = fieldExpireAt(max(at, 1)); err != nil {
				return err
			}
		}
		emit(f)
	}
	return nil
}

// packedFields walks through name, value, name, value; where fields expire, the time comes after the value.
func (v *Value) packedFields(emit func(Field), expiring bool) error {
	p, err := v.openPacked(v.blob)
	if err != nil {
		return err
	}
	for {
		name, ok, err := p.next()
		if err != nil || !ok {
			return err
		}
		f, err := v.packedField(name, p)
		if err == nil && expiring {
			var at int64
			if at, err = mustNumber(p); err == nil {
				f.ExpireAtMs, err = fieldExpireAt(uint64(at))
			}
		}
		if err != nil {
			return err
		}
		emit(f)
	}
}

// packedField is the field of that name, whose value comes next.
func (v *Value) packedField(name element, p packed) (f Field, err error) {
	f.Name = name.bytes(&v.first)
	if !v.seen.add(f.Name) {
		return f, malformed("a field comes twice: %s", quoteKey(f.Name))
	}
	value, err := must(p)
	f.Value = value.bytes(&v.second)
	return f, err
}

func fieldExpireAt(ms uint64) (int64, error) {
	if ms > math.MaxInt64 {
		return 0, malformed("a field expires at %d", int64(ms))
	}
	return int64(ms), nil
}
