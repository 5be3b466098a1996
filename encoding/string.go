package encoding

// Encodings of strings, as OBJECT ENCODING names them. The bytes are the same
// in all; what differs is which commands made them.
const (
	StringInt uint8 = iota
	StringEmbedded
	StringRaw
	StringOwnInt // an integer too, but never one of those that Redis shares
)

// embeddedMax is the longest string that Redis embeds, in bytes.
const embeddedMax = 44

// StringKind is the kind of a string as SET and its like store it.
func StringKind(value []byte) Kind {
	if len(value) <= 20 {
		if _, ok := ParseInt(value); ok {
			return MakeKind(TypeString, StringInt)
		}
	}
	return PlainStringKind(value)
}

// PlainStringKind is the kind of a string that is stored without a look at
// whether it is a number.
func PlainStringKind(value []byte) Kind {
	if len(value) <= embeddedMax {
		return MakeKind(TypeString, StringEmbedded)
	}
	return MakeKind(TypeString, StringRaw)
}

// CopiedKind is the kind of a copy of a value: COPY copies small integers out of
// the ones that Redis shares.
func CopiedKind(k Kind) Kind {
	if k == MakeKind(TypeString, StringInt) {
		return MakeKind(TypeString, StringOwnInt)
	}
	return k
}

// RawStringKind is the kind of a string that was changed where it lies.
func RawStringKind() Kind { return MakeKind(TypeString, StringRaw) }
