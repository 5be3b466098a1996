package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

var (
	wordPFAdd   = []byte("PFADD")
	wordPFCount = []byte("PFCOUNT")
	wordPFMerge = []byte("PFMERGE")
)

// denseScratch has room for a dense HyperLogLog, and so for most sparse ones.
type denseScratch [12<<10 + 64]byte

// openHLL looks up a key that must hold a HyperLogLog or nothing: ErrNotHLL if
// it is another string. The opcodes of a sparse one are not looked at.
func openHLL(tx *persistence.Tx, key []byte) (s stringValue, b []byte, err error) {
	s, err = openString(tx, key)
	if err != nil || !s.exists() {
		return s, nil, err
	}
	b, err = s.all()
	if err == nil && !encoding.HLLValid(b) {
		err = ErrNotHLL
	}
	return s, b, err
}

// PFAdd counts elements into a HyperLogLog, made if it is missing, and tells
// whether anything changed. sparseMax is hll-sparse-max-bytes.
func PFAdd(tx *persistence.Tx, key []byte, elements [][]byte, sparseMax int) (changed bool, err error) {
	s, b, err := openHLL(tx, key)
	if err != nil {
		return false, err
	}
	var scratch denseScratch
	if s.exists() {
		b = append(scratch[:0], b...)
	} else {
		b, changed = encoding.HLLNew(), true
	}
	for _, e := range elements {
		var grew bool
		if b, grew, err = encoding.HLLAdd(b, e, sparseMax); err != nil {
			return false, err
		}
		changed = changed || grew
	}
	if !changed {
		return false, nil
	}
	encoding.HLLInvalidate(b)
	if err := s.replace(b); err != nil {
		return false, err
	}
	tx.Modified(key, persistence.EventString, "pfadd")
	tx.LogList(elements, wordPFAdd, key)
	return true, nil
}

// PFCount estimates how many distinct elements a HyperLogLog has seen, 0 if it
// is missing. An estimate that had to be computed is kept in the value, and
// logged: the value's bytes are the client's to read. A replica does not keep it.
func PFCount(tx *persistence.Tx, key []byte) (uint64, error) {
	s, b, err := openHLL(tx, key)
	missed(tx, key, err != nil || s.exists())
	if err != nil || !s.exists() {
		return 0, err
	}
	n, computed, err := encoding.HLLCount(b)
	if err != nil || !computed || tx.HasNoSay() {
		return n, err
	}
	var scratch denseScratch
	b = append(scratch[:0], b...)
	encoding.HLLCache(b, n)
	if err := s.replace(b); err != nil {
		return 0, err
	}
	tx.Modified(key, persistence.EventString, "")
	tx.Log(wordPFCount, key)
	return n, nil
}

// PFCountUnion estimates how many distinct elements several HyperLogLogs have
// seen together.
func PFCountUnion(tx *persistence.Tx, keys [][]byte) (uint64, error) {
	var regs encoding.HLLRegs
	if _, err := mergeInto(&regs, tx, keys); err != nil {
		return 0, err
	}
	return encoding.HLLCountMerged(&regs), nil
}

// PFMerge adds to the HyperLogLog at dest, made if it is missing, what others
// have seen.
func PFMerge(tx *persistence.Tx, dest []byte, sources [][]byte, sparseMax int) error {
	var regs encoding.HLLRegs
	denseDest, err := mergeInto(&regs, tx, [][]byte{dest})
	if err != nil {
		return err
	}
	dense, err := mergeInto(&regs, tx, sources)
	if err != nil {
		return err
	}
	if err := union(tx, dest, &regs, dense || denseDest, sparseMax); err != nil {
		return err
	}
	tx.Modified(dest, persistence.EventString, "pfadd")
	tx.LogList(sources, wordPFMerge, dest)
	return nil
}

// union raises the registers of the HyperLogLog at a key, made if it is
// missing.
func union(tx *persistence.Tx, key []byte, regs *encoding.HLLRegs, dense bool, sparseMax int) error {
	s, b, err := openHLL(tx, key)
	if err != nil {
		return err
	}
	var scratch denseScratch
	if s.exists() {
		b = append(scratch[:0], b...)
	} else {
		b = encoding.HLLNew()
	}
	if b, err = encoding.HLLUnion(b, regs, dense, sparseMax); err != nil {
		return err
	}
	return s.replace(b)
}

// mergeInto raises registers to those of the keys' HyperLogLogs, and tells
// whether one of them is dense.
func mergeInto(regs *encoding.HLLRegs, tx *persistence.Tx, keys [][]byte) (dense bool, err error) {
	for _, key := range keys {
		s, b, err := openHLL(tx, key)
		if err != nil {
			return false, err
		}
		if !s.exists() {
			missed(tx, key, false)
			continue
		}
		dense = dense || !encoding.HLLIsSparse(b)
		if err := encoding.HLLMerge(regs, b); err != nil {
			return false, err
		}
	}
	return dense, nil
}
