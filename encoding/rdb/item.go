package rdb

// Item is what a file consists of: *Aux, *Function, *Sizes, *Key, *Module or *SlotImport. It is valid until the next
// one is asked for.
type Item interface{ isItem() }

// Aux is a remark on the file: "redis-ver", "ctime", "repl-id" and so on. What is not known is to be ignored.
type Aux struct {
	Name, Value []byte
}

// Function is a library of functions: its source code, with the line that names it.
type Function struct {
	Code []byte
}

// Sizes says before the keys of a database how many will come. It is a hint.
type Sizes struct {
	DB            int
	Keys, Expires uint64
}

// Key is a key with its value.
type Key struct {
	DB         int
	Name       []byte
	ExpireAtMs int64 // Unix time; 0: never. What expired at or before 1970 expires at 1.
	Usage      Usage
	Value
}

// Usage is what is known of how a key was used, which is what eviction goes by.
type Usage struct {
	Kind UsageKind
	N    int64
}

// UsageKind is what the number in a Usage is.
type UsageKind uint8

// The kinds of Usage.
const (
	UsageUnknown UsageKind = iota
	UsageIdle              // seconds since the key was last used
	UsageFreq              // how often it is used, logarithmic, 0 to 255
)

// Module is what a module of Redis has written, and what was skipped: a key, or, if Key is nil, other data.
type Module struct {
	DB      int
	Key     []byte
	Name    string // nine characters, of the module's data type
	Version int    // of the module's own format
}

// SlotImport says that the cluster of Valkey 9 that wrote the file was receiving slots: their keys, which follow with
// the others, are not complete.
type SlotImport struct {
	Job   []byte
	Slots [][2]int // first and last
}

func (*Aux) isItem()        {}
func (*Function) isItem()   {}
func (*Sizes) isItem()      {}
func (*Key) isItem()        {}
func (*Module) isItem()     {}
func (*SlotImport) isItem() {}
