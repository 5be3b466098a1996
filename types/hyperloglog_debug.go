package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

var (
	wordPFDebug = []byte("PFDEBUG")
	wordToDense = []byte("TODENSE")
)

// CheckHLL tells what is wrong with a key that must hold a HyperLogLog:
// ErrNoSuchKey, ErrWrongType, ErrNotHLL or nothing.
func CheckHLL(tx *persistence.Tx, key []byte) error {
	_, _, err := mustOpenHLL(tx, key)
	return err
}

func mustOpenHLL(tx *persistence.Tx, key []byte) (s stringValue, b []byte, err error) {
	s, b, err = openHLL(tx, key)
	if err == nil && !s.exists() {
		err = ErrNoSuchKey
	}
	return s, b, err
}

// PFIsSparse tells how a HyperLogLog is packed.
func PFIsSparse(tx *persistence.Tx, key []byte) (bool, error) {
	_, b, err := mustOpenHLL(tx, key)
	return err == nil && encoding.HLLIsSparse(b), err
}

// PFDecode spells the opcodes of a sparse HyperLogLog; ErrNotSparse if it is
// dense.
func PFDecode(tx *persistence.Tx, key []byte) (string, error) {
	_, b, err := mustOpenHLL(tx, key)
	if err != nil {
		return "", err
	}
	if !encoding.HLLIsSparse(b) {
		return "", ErrNotSparse
	}
	return encoding.HLLDecode(b)
}

// PFToDense makes a sparse HyperLogLog dense and tells whether it was sparse.
func PFToDense(tx *persistence.Tx, key []byte) (bool, error) {
	s, b, err := mustOpenHLL(tx, key)
	if err != nil || !encoding.HLLIsSparse(b) {
		return false, err
	}
	if b, err = encoding.HLLToDense(b); err != nil {
		return false, err
	}
	if err := s.replace(b); err != nil {
		return false, err
	}
	tx.Log(wordPFDebug, wordToDense, key)
	return true, nil
}

// PFRegisters makes a HyperLogLog dense and returns its registers.
func PFRegisters(tx *persistence.Tx, key []byte) (*encoding.HLLRegs, error) {
	if _, err := PFToDense(tx, key); err != nil {
		return nil, err
	}
	_, b, err := mustOpenHLL(tx, key)
	if err != nil {
		return nil, err
	}
	regs := new(encoding.HLLRegs)
	return regs, encoding.HLLMerge(regs, b)
}
