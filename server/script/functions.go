package script

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// Functions is a set of libraries. It never changes: adding one makes another
// set, which shares the world of the first, so that variables of a library live
// as long as it does.
type Functions struct {
	home      *home
	libraries map[string]*Library
	functions map[string]*Function // by name in lower case
}

// home is a world that runs one function at a time.
type home struct {
	mu sync.Mutex
	w  *world
}

// NewFunctions makes a set without libraries. maxBytes bounds the memory that
// functions may hold, the variables of all libraries included.
func NewFunctions(maxBytes int) *Functions {
	return &Functions{home: &home{w: newLibraryWorld(maxBytes)},
		libraries: map[string]*Library{}, functions: map[string]*Function{}}
}

// Empty makes a set without libraries, and with a world of its own.
func (f *Functions) Empty() *Functions { return NewFunctions(f.home.w.rt.MaxBytes) }

// Libraries lists them by name.
func (f *Functions) Libraries() []*Library {
	list := make([]*Library, 0, len(f.libraries))
	for _, name := range slices.Sorted(maps.Keys(f.libraries)) {
		list = append(list, f.libraries[name])
	}
	return list
}

// Library finds one by name, or returns nil.
func (f *Functions) Library(name string) *Library { return f.libraries[name] }

// Find finds a function by name, in any case of letters, or returns nil.
func (f *Functions) Find(name []byte) *Function { return f.functions[strings.ToLower(string(name))] }

// Count counts libraries and functions.
func (f *Functions) Count() (libraries, functions int) { return len(f.libraries), len(f.functions) }

// Codes are the texts of all libraries, by name.
func (f *Functions) Codes() []string {
	var codes []string
	for _, l := range f.Libraries() {
		codes = append(codes, l.Code)
	}
	return codes
}

// Load runs a text in the set's world and returns its library, which is not in
// any set yet. interrupt ends it: see ErrLoadTimeout.
func (f *Functions) Load(code string, interrupt func() error) (*Library, error) {
	f.home.mu.Lock()
	defer f.home.mu.Unlock()
	return f.home.w.load(code, interrupt)
}

// With returns the set with one more library, which takes the place of the one
// with the same name if replace is true.
func (f *Functions) With(l *Library, replace bool) (*Functions, error) {
	if f.libraries[l.Name] != nil && !replace {
		return nil, errorf("ERR Library '%s' already exists", l.Name)
	}
	next := f.Without(l.Name)
	for _, fn := range l.Functions {
		key := strings.ToLower(fn.Name)
		if next.functions[key] != nil {
			return nil, errorf("ERR Function %s already exists", fn.Name)
		}
		next.functions[key] = fn
	}
	next.libraries[l.Name] = l
	return next, nil
}

// Without returns the set without a library.
func (f *Functions) Without(name string) *Functions {
	next := &Functions{f.home, maps.Clone(f.libraries), maps.Clone(f.functions)}
	if l := next.libraries[name]; l != nil {
		for _, fn := range l.Functions {
			delete(next.functions, strings.ToLower(fn.Name))
		}
		delete(next.libraries, name)
	}
	return next
}

// TryLock takes the set for a run, unless another one has it; Lock waits.
func (f *Functions) TryLock() bool { return f.home.mu.TryLock() }

// Lock takes the set for a run.
func (f *Functions) Lock() { f.home.mu.Lock() }

// Unlock ends a run.
func (f *Functions) Unlock() { f.home.mu.Unlock() }

// Call runs a function of the set, which the caller has locked. Errors are as
// those of Pool.Eval.
func (f *Functions) Call(fn *Function, r *Run) error {
	f.home.w.set = f
	return f.home.w.callFunction(fn, r)
}
