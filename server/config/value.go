package config

import "sync/atomic"

// Value is the current value of one directive. The zero Value is not ready; New fills every Value of a Config.
type Value[T any] struct {
	p atomic.Pointer[T]
}

// Get returns the value as of now, without a lock. Slices are shared with every other reader: do not write to them.
func (v *Value[T]) Get() T { return *v.p.Load() }

// Set changes the value without a word from the operator; for what the server keeps here to have it written.
func (v *Value[T]) Set(value T) { v.p.Store(&value) }

// cell is a Value with its type hidden, as the table handles it.
type cell interface {
	// stage reads args and returns the function that stores the result; nothing changes before it is called. With keep,
	// a directive whose lines add up starts from the current value, otherwise from nothing.
	stage(args []string, keep bool) (store func(), err error)
	// backup returns the function that puts back the value of now.
	backup() (restore func())
	// text is the value as CONFIG GET shows it.
	text() string
	// lines are the arguments, one string a line, with which a file states the value. Reading them gives it back.
	lines() []string
}

// slot binds a Value to the kind that reads and writes it.
type slot[T any] struct {
	value *Value[T]
	kind  kind[T]
}

// of is the cell of a directive that code reads through value.
func of[T any](value *Value[T], k kind[T]) cell { return slot[T]{value, k} }

// spare is the cell of a directive that nothing reads.
func spare[T any](k kind[T]) cell { return slot[T]{new(Value[T]), k} }

func (s slot[T]) stage(args []string, keep bool) (func(), error) {
	var from T
	if old := s.value.p.Load(); keep && old != nil {
		from = *old
	}
	v, err := s.kind.parse(from, args)
	if err != nil {
		return nil, err
	}
	return func() { s.value.p.Store(&v) }, nil
}

func (s slot[T]) backup() func() {
	old := s.value.p.Load()
	return func() { s.value.p.Store(old) }
}

func (s slot[T]) text() string { return s.kind.format(s.value.Get()) }

func (s slot[T]) lines() []string {
	if s.kind.lines == nil {
		return []string{s.text()}
	}
	return s.kind.lines(s.value.Get())
}
