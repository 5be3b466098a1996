package command

// ReplyWriter is as much of a reply writer as rendering needs. It knows the
// protocol version of the client: Map and Set are arrays in RESP2. The counts
// are of elements; a Map of n takes n keys and n values.
type ReplyWriter interface {
	Status(s string)
	Int(n int64)
	BulkString(s string)
	Array(n int)
	Map(n int)
	Set(n int)
	Null()
}

// RenderInfo writes the ten fields that COMMAND INFO has on a command, and
// null for nil, a command that doesn't exist.
func RenderInfo(w ReplyWriter, s *Spec) {
	if s == nil {
		w.Null()
		return
	}
	w.Array(10)
	w.BulkString(s.fullName)
	w.Int(int64(s.Arity))
	statusSet(w, s.Flags.Names(), "")
	w.Int(int64(s.FirstKey))
	w.Int(int64(s.LastKey))
	w.Int(int64(s.Step))
	statusSet(w, s.Categories.Names(), "@")
	renderTips(w, s.Tips)
	w.Set(len(s.Keys))
	for i := range s.Keys {
		renderKeySpec(w, &s.Keys[i])
	}
	renderSubInfo(w, s.Sub)
}

// RenderKeyFlags writes the flags of a key for COMMAND GETKEYSANDFLAGS.
func RenderKeyFlags(w ReplyWriter, f KeyFlags) { statusSet(w, f.Names(), "") }

// renderSubInfo is an array, except that Redis calls no subcommands an empty set.
func renderSubInfo(w ReplyWriter, subs []*Spec) {
	if len(subs) == 0 {
		w.Set(0)
		return
	}
	w.Array(len(subs))
	for _, sub := range subs {
		RenderInfo(w, sub)
	}
}

func renderTips(w ReplyWriter, tips []string) {
	w.Set(len(tips))
	for _, tip := range tips {
		w.BulkString(tip)
	}
}

func renderKeySpec(w ReplyWriter, k *KeySpec) {
	if k.Notes == "" {
		w.Map(3)
	} else {
		w.Map(4)
		field(w, "notes", k.Notes)
	}
	w.BulkString("flags")
	RenderKeyFlags(w, k.Flags)
	w.BulkString("begin_search")
	renderBegin(w, &k.Begin)
	w.BulkString("find_keys")
	renderFind(w, &k.Find)
}

func renderBegin(w ReplyWriter, b *BeginSearch) {
	switch b.Kind {
	case BeginIndex:
		specHeader(w, "index", 1)
		intField(w, "index", b.Index)
	case BeginKeyword:
		specHeader(w, "keyword", 2)
		field(w, "keyword", b.Keyword)
		intField(w, "startfrom", b.From)
	default:
		specHeader(w, "unknown", 0)
	}
}

func renderFind(w ReplyWriter, f *FindKeys) {
	switch f.Kind {
	case FindRange:
		specHeader(w, "range", 3)
		intField(w, "lastkey", f.LastKey)
		intField(w, "keystep", f.Step)
		intField(w, "limit", f.Limit)
	case FindKeyNum:
		specHeader(w, "keynum", 3)
		intField(w, "keynumidx", f.KeyNum)
		intField(w, "firstkey", f.FirstKey)
		intField(w, "keystep", f.Step)
	default:
		specHeader(w, "unknown", 0)
	}
}

// specHeader opens one half of a key specification: its type, and a map of so
// many fields that the caller writes next.
func specHeader(w ReplyWriter, kind string, fields int) {
	w.Map(2)
	field(w, "type", kind)
	w.BulkString("spec")
	w.Map(fields)
}

func field(w ReplyWriter, name, value string) {
	w.BulkString(name)
	w.BulkString(value)
}

func intField(w ReplyWriter, name string, n int) {
	w.BulkString(name)
	w.Int(int64(n))
}

func statusSet(w ReplyWriter, names []string, prefix string) {
	w.Set(len(names))
	for _, name := range names {
		w.Status(prefix + name)
	}
}
