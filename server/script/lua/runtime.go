package lua

// Runtime is one Lua world: its globals, its limits, its main thread. Nothing
// in it may be used by two goroutines at once.
type Runtime struct {
	Globals *Table
	Main    *Thread

	// Interrupt is asked now and then, at least every few thousand steps of a
	// script. What it returns ends the run, and no pcall catches it.
	Interrupt func() error

	// Roots names the values to measurements of memory that only Go code refers
	// to.
	Roots func(visit func(Value))

	// PcallError translates what pcall returns for an error; nil leaves it.
	PcallError func(*Thread, Value) Value

	// MaxBytes bounds the memory that a script may hold.
	MaxBytes int

	current    *Thread
	depth      int // of calls from Go into Lua
	stringMeta *Table
	steps      int // until Interrupt is asked
	headroom   int // bytes until live memory is measured
	live       int // bytes, when last measured
	epoch      uint32
	random     uint64
	scratch    []byte
	matcher    *matcher // kept between uses
	stopSource string
	stopLine   int

	nextFunction, ipairsFunction Value
	kindStrings                  [len(kindNames)]Value
}

// stepsPerTurn is how many loop turns and calls may pass without a question to
// Interrupt: about 0.1 ms.
const stepsPerTurn = 10_000

// NewRuntime makes a world with nothing in it.
func NewRuntime(maxBytes int) *Runtime {
	r := &Runtime{MaxBytes: maxBytes, steps: stepsPerTurn}
	r.headroom = r.interval()
	r.Globals = r.NewTable(0, 0)
	r.Main = r.newThread()
	r.Main.status = running
	r.current = r.Main
	r.nextFunction = r.NewFunction(baseNext).Value()
	r.ipairsFunction = r.NewFunction(ipairsNext).Value()
	for i, name := range kindNames {
		r.kindStrings[i] = constant(name).Value()
	}
	return r
}

// StringMeta is the metatable of strings.
func (r *Runtime) StringMeta() *Table { return r.stringMeta }

// SetStringMeta gives all strings a metatable.
func (r *Runtime) SetStringMeta(m *Table) { r.stringMeta = m }

// SetGlobal sets a variable, protected or not.
func (r *Runtime) SetGlobal(name string, v Value) { r.Globals.SetField(r, name, v) }

// Register puts Natives into a table.
func (r *Runtime) Register(t *Table, functions map[string]Native) {
	for _, name := range sortedNames(functions) {
		t.SetField(r, name, r.NewFunction(functions[name]).Value())
	}
}

// spend counts n steps of work.
func (r *Runtime) spend(n int) {
	r.steps -= n
	if r.steps < 0 {
		r.ask()
	}
}

func (r *Runtime) ask() {
	r.steps = stepsPerTurn
	if r.Interrupt == nil {
		return
	}
	if err := r.Interrupt(); err != nil {
		r.stop(err)
	}
}
