package rdb

import "github.com/cairndb/cairn/encoding"

// Value is the value of a key, or of a DUMP payload, on its way in. Which methods it has to say something with depends
// on its Type:
//
//	String   Bytes
//	List     Elements, from head to tail
//	Set      Elements, in no order
//	ZSet     Scored, in no order
//	Hash     Fields, in no order
//	Stream   Entries, then Stream, then Groups
//
// Each of these can be called once. A loop over elements may be left early: what remains is then checked, not handed
// out. After it Err tells whether all was well; if not, what came before is worthless. Slices that were handed out are
// valid until the next element.
//
// Elements of packed collections are checked for duplicates. Those of others are not, that would take as much memory as
// they do: whoever builds the collection notices. A collection may be empty (old servers wrote such by mistake); then it
// is no key.
type Value struct {
	Type encoding.Type

	d    *decoder
	code byte
	n    uint64 // elements, or nodes of a quicklist or a stream; of packed collections, 0
	blob []byte // the string, or the packed collection
	used stage
	err  error

	valkey  bool
	soonest int64  // what the expire times of fields are relative to
	first   []byte // the first of two strings while the second is read; the text of a number
	second  []byte // the text of another number
	seen    duplicates
	stream  streamReader
	walk    struct { // what openPacked returns
		listpack listpack
		ziplist  ziplist
		zipmap   zipmap
		intset   intset
	}
	place func(error) error // nil: errors need not say where they happened
}

// stage is how much of a value has been read.
type stage uint8

const (
	untouched   stage = iota
	entriesRead       // of a stream
	finished
)

// valueTypes are the types that the codes of values stand for.
var valueTypes = [...]encoding.Type{
	codeString: encoding.TypeString,

	codeList:           encoding.TypeList,
	codeListZiplist:    encoding.TypeList,
	codeListQuicklist:  encoding.TypeList,
	codeListQuicklist2: encoding.TypeList,

	codeSet:         encoding.TypeSet,
	codeSetIntset:   encoding.TypeSet,
	codeSetListpack: encoding.TypeSet,

	codeZSet:         encoding.TypeZSet,
	codeZSet2:        encoding.TypeZSet,
	codeZSetZiplist:  encoding.TypeZSet,
	codeZSetListpack: encoding.TypeZSet,

	codeHash:            encoding.TypeHash,
	codeHashZipmap:      encoding.TypeHash,
	codeHashZiplist:     encoding.TypeHash,
	codeHashListpack:    encoding.TypeHash,
	codeHashTTLPreGA:    encoding.TypeHash, // also codeHashValkey
	codeHashPackPreGA:   encoding.TypeHash,
	codeHashTTL:         encoding.TypeHash,
	codeHashListpackTTL: encoding.TypeHash,

	codeStream:  encoding.TypeStream,
	codeStream2: encoding.TypeStream,
	codeStream3: encoding.TypeStream,
}

// known tells whether files of that version may have values of that code.
func known(code byte, version int) bool {
	switch {
	case int(code) >= len(valueTypes) || valueTypes[code] == encoding.TypeNone:
		return false
	case code <= codeStream2:
		return true
	case code <= codeStream3:
		return version >= VersionRedis72
	case version == VersionValkey9:
		return code == codeHashValkey
	}
	return version == VersionRedis74
}

// begin reads what a value begins with.
func (v *Value) begin(d *decoder, code byte, version int) error {
	if !known(code, version) {
		return malformed("a value of type %d in version %d", code, version)
	}
	v.valkey = version == VersionValkey9
	v.Type, v.d, v.code = valueTypes[code], d, code
	v.n, v.blob, v.used, v.err = 0, nil, untouched, nil
	return v.readHead()
}

func (v *Value) readHead() (err error) {
	switch v.code {
	case codeString:
		v.blob, err = v.d.string()
	case codeSetIntset, codeSetListpack, codeListZiplist, codeZSetZiplist, codeZSetListpack,
		codeHashZipmap, codeHashZiplist, codeHashListpack, codeHashPackPreGA:
		v.blob, err = v.d.blob()
	case codeHashListpackTTL:
		if _, err = v.d.take(8); err == nil { // the soonest of the fields' expire times, which are whole here
			v.blob, err = v.d.blob()
		}
	case codeHashTTL:
		err = v.readSoonest()
	default:
		v.n, err = v.d.length()
	}
	return err
}

// Err is what was wrong with the value, as far as it has been read.
func (v *Value) Err() error { return v.err }

// Bytes is the value of a string.
func (v *Value) Bytes() []byte {
	v.claim(encoding.TypeString, untouched, finished)
	return v.blob
}

// claim moves the value from one stage to the next. What is called for another type, or twice, has nothing to say.
func (v *Value) claim(t encoding.Type, from, to stage) bool {
	if v.Type != t || v.used != from || v.err != nil {
		return false
	}
	v.used = to
	return true
}

// Skip reads what is left of the value, and checks it.
func (v *Value) Skip() error {
	switch v.Type {
	case encoding.TypeList, encoding.TypeSet:
		for range v.Elements() {
		}
	case encoding.TypeZSet:
		for range v.Scored() {
		}
	case encoding.TypeHash:
		for range v.Fields() {
		}
	case encoding.TypeStream:
		for range v.Groups() {
		}
	}
	return v.err
}

// openPacked begins to walk through the packed collection b.
func (v *Value) openPacked(b []byte) (p packed, err error) {
	n := 0
	switch v.code {
	case codeListZiplist, codeListQuicklist, codeZSetZiplist, codeHashZiplist:
		p, n, err = v.walk.ziplist.open(b)
	case codeHashZipmap:
		p, n, err = v.walk.zipmap.open(b)
	case codeSetIntset:
		p, n, err = v.walk.intset.open(b)
	default:
		p, n, err = v.walk.listpack.open(b)
	}
	v.seen.reset(n)
	return p, err
}

// end notes how a loop over elements ended.
func (v *Value) end(err error) {
	if err != nil && v.place != nil {
		err = v.place(err)
	}
	v.err = err
	dropLarge(&v.first)
	dropLarge(&v.second)
}

// until makes of a loop's yield a function that may be called on when the loop has been left: it then does nothing.
func until[T any](yield func(T) bool) func(T) {
	on := true
	return func(t T) {
		if on {
			on = yield(t)
		}
	}
}
