package rdb

import (
	"fmt"
	"math"
)

func (r *Reader) readAux() (Item, error) {
	name, err := r.kept(&r.nameBuf[0])
	if err != nil {
		return nil, err
	}
	value, err := r.kept(&r.nameBuf[1])
	r.aux = Aux{Name: name, Value: value}
	return &r.aux, err
}

func (r *Reader) readSizes() (Item, error) {
	keys, err := r.length()
	if err != nil {
		return nil, err
	}
	expires, err := r.length()
	r.sizes = Sizes{DB: r.db, Keys: keys, Expires: expires}
	return &r.sizes, err
}

// readFunction reads a library. The release candidates of Redis 7.0 wrote its name and engine apart from the code, and
// a description; now the code's first line has them.
func (r *Reader) readFunction(op byte) (Item, error) {
	if op == opFunction {
		code, err := r.string()
		r.function = Function{Code: code}
		return &r.function, err
	}
	name, err := r.kept(&r.nameBuf[0])
	if err != nil {
		return nil, err
	}
	engine, err := r.kept(&r.nameBuf[1])
	if err != nil {
		return nil, err
	}
	described, err := r.length()
	if err == nil && described != 0 {
		err = r.skipString()
	}
	if err != nil {
		return nil, err
	}
	code, err := r.string()
	r.function = Function{Code: fmt.Appendf(nil, "#!%s name=%s\n%s", engine, name, code)}
	return &r.function, err
}

// readSlotImport reads a job and the ranges of its slots.
func (r *Reader) readSlotImport() (Item, error) {
	if r.version < VersionValkey9 {
		return nil, malformed("opcode %d, which only Valkey has", opSlotImport)
	}
	job, err := r.kept(&r.nameBuf[0])
	if err != nil {
		return nil, err
	}
	n, err := r.length()
	if err != nil {
		return nil, err
	}
	r.slots = SlotImport{Job: job}
	for range n {
		slots, err := r.slotRange()
		if err != nil {
			return nil, err
		}
		r.slots.Slots = append(r.slots.Slots, slots)
	}
	return &r.slots, nil
}

func (r *Reader) slotRange() (slots [2]int, err error) {
	for i := range slots {
		n, err := r.length()
		if err != nil {
			return slots, err
		}
		if n > math.MaxUint16 {
			return slots, malformed("slot %d", n)
		}
		slots[i] = int(n)
	}
	return slots, nil
}
