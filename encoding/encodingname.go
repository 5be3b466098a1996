package encoding

// encodingNames has a row for each way to pack a value. The names are those of
// the structures that Redis would use for the same value.
var encodingNames = map[Kind]string{
	MakeKind(TypeString, StringInt):      "int",
	MakeKind(TypeString, StringEmbedded): "embstr",
	MakeKind(TypeString, StringRaw):      "raw",
	MakeKind(TypeString, StringOwnInt):   "int",
	ListKind():                           "quicklist",
	MakeKind(TypeSet, SetIntset):         "intset",
	MakeKind(TypeSet, SetTable):          "hashtable",
	MakeKind(TypeZSet, ZSetListpack):     "listpack",
	MakeKind(TypeZSet, ZSetSkiplist):     "skiplist",
	MakeKind(TypeHash, HashListpack):     "listpack",
	MakeKind(TypeHash, HashTable):        "hashtable",
	MakeKind(TypeStream, StreamPlain):    "stream",
}

// EncodingName is what OBJECT ENCODING calls the kind.
func (k Kind) EncodingName() string {
	if name, ok := encodingNames[k.Label()]; ok {
		return name
	}
	return "unknown"
}
