package lua

import "unsafe"

// Memory is bounded by what is alive. Go's collector knows only about the whole
// process, so a runtime counts what it allocates, and when it has allocated
// about as much as was alive before, it walks everything that a script can
// still reach. So the cost stays in proportion, as that of a collector does.

// measureBytes is the least amount of allocation between two walks.
const measureBytes = 16 << 20

// charge counts an allocation before it is made, and throws if live memory
// would pass its bound.
func (r *Runtime) charge(n int) {
	r.headroom -= n
	if r.headroom < 0 {
		r.measure(n)
	}
}

func (r *Runtime) interval() int {
	return min(max(r.live, measureBytes), max(0, r.MaxBytes-r.live))
}

func (r *Runtime) measure(wanted int) {
	r.live = r.walk()
	r.headroom = r.interval() - wanted
	if r.live+wanted > r.MaxBytes {
		r.headroom = r.interval()
		r.throwBare("not enough memory")
	}
	r.headroom = max(r.headroom, 0)
}

// LiveBytes measures what a script can reach.
func (r *Runtime) LiveBytes() int {
	r.live = r.walk()
	r.headroom = r.interval()
	return r.live
}

// walker follows values. It keeps its own stack: data may be nested deeper
// than goroutines' stacks go.
type walker struct {
	epoch uint32
	bytes int
	todo  []*object
}

func (r *Runtime) walk() int {
	r.epoch++
	w := walker{epoch: r.epoch}
	w.object(&r.Globals.object)
	w.object(&r.Main.object)
	w.object(&r.current.object)
	if r.stringMeta != nil {
		w.object(&r.stringMeta.object)
	}
	if r.Roots != nil {
		r.Roots(w.value)
	}
	for len(w.todo) > 0 {
		o := w.todo[len(w.todo)-1]
		w.todo = w.todo[:len(w.todo)-1]
		w.open(o)
	}
	return w.bytes
}

func (w *walker) value(v Value) {
	if v.p != nil {
		w.object(v.p)
	}
}

func (w *walker) object(o *object) {
	if o.shared || o.mark == w.epoch {
		return
	}
	o.mark = w.epoch
	if o.kind == KindString {
		w.bytes += stringBytes + len((*String)(unsafe.Pointer(o)).s)
		return
	}
	w.todo = append(w.todo, o)
}

func (w *walker) open(o *object) {
	switch o.kind {
	case KindTable:
		w.table((*Table)(unsafe.Pointer(o)))
	case KindFunction:
		w.function((*Function)(unsafe.Pointer(o)))
	case KindThread:
		w.thread((*Thread)(unsafe.Pointer(o)))
	}
}

func (w *walker) table(t *Table) {
	w.bytes += tableBytes + cap(t.array)*valueBytes + len(t.nodes)*nodeBytes
	if t.meta != nil {
		w.object(&t.meta.object)
	}
	for i := range t.array {
		w.value(t.array[i])
	}
	for i := range t.nodes {
		if n := &t.nodes[i]; n.val.p != nil {
			w.value(n.key)
			w.value(n.val)
		}
	}
}

func (w *walker) function(f *Function) {
	w.bytes += functionBytes + 8*len(f.upvals)
	for _, u := range f.upvals {
		if u.mark != w.epoch {
			u.mark = w.epoch
			w.bytes += upvalueBytes
			w.value(*u.v)
		}
	}
}

// thread walks a stack as far as calls use it, and forgets what is beyond.
func (w *walker) thread(t *Thread) {
	w.bytes += threadBytes + len(t.stack)*valueBytes
	used := t.extent()
	clear(t.stack[used:])
	for i := range t.stack[:used] {
		w.value(t.stack[i])
	}
	if t.resumer != nil {
		w.object(&t.resumer.object)
	}
}

// reserve makes sure that a string of n bytes, which is being put together,
// would be allowed; nothing is counted yet.
func (r *Runtime) reserve(n int) {
	if n > r.headroom {
		r.measure(n)
		r.headroom += n
	}
}
