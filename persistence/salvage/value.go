package salvage

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/tree"
)

// value is what a key holds, as the tables have it.
type value struct {
	src    *source
	k      *key
	object uint64 // 0: there are no nodes
	header encoding.ObjectHeader
	head   []byte
	root   []byte
	wrong  error // with the payload
	old    int   // nodes of which a damaged block may have had a newer version
}

func newValue(src *source, k *key) *value {
	v := &value{src: src, k: k}
	rest := k.rec.Payload
	if k.rec.Kind.HasObject() {
		if v.header, v.wrong = encoding.ParseObjectHeader(rest); v.wrong != nil {
			return v
		}
		v.object = v.header.Object
		rest = rest[encoding.ObjectHeaderBytes:]
	}
	switch t := k.rec.Kind.Type(); {
	case t == encoding.TypeString:
	case t < encoding.TypeString || t > encoding.TypeStream:
		v.wrong = fmt.Errorf("there is no type %d", t)
	case len(rest) < encoding.HeadBytes(t):
		v.wrong = fmt.Errorf("a payload of %d bytes", len(k.rec.Payload))
	default:
		n := encoding.HeadBytes(t)
		v.head, v.root = rest[:n], rest[n:]
	}
	return v
}

// check says what is wrong with the value.
func (v *value) check() (text string, err error) {
	if v.wrong != nil {
		return v.wrong.Error(), nil
	}
	if v.k.rec.Kind.Type() == encoding.TypeString {
		return v.checkString()
	}
	visited := 0
	v.old = 0
	var t tree.Tree
	reader := &treeReader{v: v}
	t.Init(reader)
	if wrong := t.Check(v.k.rec.Kind.Ordered(), func(uint64) { visited++ }); wrong != nil {
		return wrong.Error(), reader.err
	}
	if v.object == 0 {
		return "", nil
	}
	there := 0
	if err := v.eachNode(func(uint64, []byte) error { there++; return nil }); err != nil {
		return "", err
	}
	if there != visited {
		return fmt.Sprintf("%d of its %d nodes are not in its tree", there-visited, there), nil
	}
	return v.oldText(), nil
}

// checkString checks a string's chunks. One that is missing stands for zeros, so
// only damage nearby tells of a loss.
func (v *value) checkString() (text string, err error) {
	if v.object == 0 {
		return "", nil
	}
	if _, length, err := encoding.ParseLongString(v.k.rec.Payload); err != nil {
		return err.Error(), nil
	} else if encoding.Chunks(length) != v.header.Nodes {
		return fmt.Sprintf("a string of %d bytes has %d chunks", length, v.header.Nodes), nil
	}
	seen := uint64(0)
	v.old = 0
	err = v.eachNode(func(id uint64, b []byte) error {
		seen++
		if id >= v.header.Nodes || len(b) > encoding.ChunkBytes {
			text = fmt.Sprintf("chunk %d of %d has %d bytes", id, v.header.Nodes, len(b))
		}
		return nil
	})
	if text == "" {
		text = v.oldText()
	}
	from, to := v.span()
	if text == "" && seen < v.header.Nodes && v.src.inHole(from, to) {
		text = fmt.Sprintf("%d of the %d chunks of the string are lost, or were never written", v.header.Nodes-seen, v.header.Nodes)
	}
	return text, err
}

// oldText says that parts may be older than others.
func (v *value) oldText() string {
	if v.old == 0 {
		return ""
	}
	return fmt.Sprintf("%d of its nodes may be older than what was written last", v.old)
}

// span is where the nodes lie.
func (v *value) span() (from, to []byte) {
	return encoding.AppendObjectKey(nil, v.k.db, v.object), encoding.AppendObjectKey(nil, v.k.db, v.object+1)
}

// eachNode calls fn for each node that the tables have.
func (v *value) eachNode(fn func(id uint64, b []byte) error) error {
	from, to := v.span()
	return v.src.scan(from, to, func(r *row) error {
		_, _, id, err := encoding.ParseNodeKey(r.key)
		if err != nil {
			return err
		}
		if r.old {
			v.old++
		}
		return fn(id, r.value)
	})
}

// node reads one; nil if there is none that can be used.
func (v *value) node(id uint64) ([]byte, error) {
	b, ok, err := v.src.get(encoding.AppendNodeKey(nil, v.k.db, v.object, id))
	if err != nil || !ok || encoding.CheckNode(b) != nil {
		return nil, err
	}
	return slices.Clone(b), nil
}

// treeReader shows a value to its tree. The tree takes any error for damage;
// err is one of reading.
type treeReader struct {
	v   *value
	err error
}

var errReadOnly = errors.New("a tree that is only read")

func (r *treeReader) Root() []byte { return r.v.root }

func (r *treeReader) Node(id uint64) ([]byte, error) {
	b, err := r.v.node(id)
	if err != nil {
		r.err = err
		return nil, err
	}
	if b == nil {
		return nil, fmt.Errorf("node %d is missing or damaged", id)
	}
	return b, nil
}

func (r *treeReader) Add(uint64, int, uint64) error                     { return errReadOnly }
func (r *treeReader) Near(uint64) bool                                  { return true }
func (r *treeReader) Edit(uint64) ([]byte, error)                       { return nil, errReadOnly }
func (r *treeReader) Resize(uint64, int) ([]byte, error)                { return nil, errReadOnly }
func (r *treeReader) Create(int) (uint64, []byte, error)                { return 0, nil, errReadOnly }
func (r *treeReader) Drop(uint64) error                                 { return errReadOnly }
func (r *treeReader) Splice(uint64, int, int, int, int) ([]byte, error) { return nil, errReadOnly }
func (r *treeReader) Ahead([]uint64)                                    {}
