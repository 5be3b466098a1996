package encoding

// ListQuicklist is the only encoding of lists, whatever their size.
const ListQuicklist uint8 = 0

// ListKind is the kind of every list. Its entries are its elements in order,
// each the value of an entry without a key.
func ListKind() Kind { return MakeKind(TypeList, ListQuicklist) }
