package lua

import (
	"math"
	"unsafe"
)

// Kind is what a value is. A light pointer and a userdata have the same name.
type Kind uint8

// The kinds of values.
const (
	KindNil Kind = iota
	KindBool
	KindPointer
	KindNumber
	KindString
	KindTable
	KindFunction
	KindThread
)

var kindNames = [...]string{"nil", "boolean", "userdata", "number", "string", "table", "function", "thread"}

// String is the name that a script sees.
func (k Kind) String() string { return kindNames[k] }

// object is the head of everything that a value points to.
type object struct {
	kind   Kind
	shared bool   // by several runtimes: a constant of compiled code, never written
	mark   uint32 // of the last measurement of live memory that met it
}

// Value is a Lua value in two words. An interface would box every number on
// the heap; here p tells the kind and n holds what fits 64 bits: a number, a
// boolean, a light pointer. The zero Value is nil.
//
// p points to one of the tags below or to the head of a String, Table,
// Function or Thread, which is their first field; so the conversions of this
// file are the only unsafe ones, each behind a check of the kind.
type Value struct {
	p *object
	n uint64
}

var (
	boolTag    = object{kind: KindBool, shared: true}
	numberTag  = object{kind: KindNumber, shared: true}
	pointerTag = object{kind: KindPointer, shared: true}
)

// Nil is no value.
var Nil Value

// Null is the light userdata that holds address 0: cjson.null.
var Null = Value{p: &pointerTag}

// Number returns a number.
func Number(f float64) Value { return Value{&numberTag, math.Float64bits(f)} }

// Int returns a number.
func Int[T int | int64](i T) Value { return Number(float64(i)) }

// Bool returns a boolean.
func Bool(b bool) Value {
	if b {
		return Value{&boolTag, 1}
	}
	return Value{&boolTag, 0}
}

// Kind of the value.
func (v Value) Kind() Kind {
	if v.p == nil {
		return KindNil
	}
	return v.p.kind
}

// IsNil tells whether v is nil.
func (v Value) IsNil() bool { return v.p == nil }

// Truthy is false for nil and false only.
func (v Value) Truthy() bool { return v.p != nil && (v.p != &boolTag || v.n != 0) }

func (v Value) isNumber() bool { return v.p == &numberTag }

func (v Value) float() float64 { return math.Float64frombits(v.n) }

func (v *Value) setFloat(f float64) {
	v.p = &numberTag
	v.n = math.Float64bits(f)
}

// AsNumber is the number that v is; strings are not converted.
func (v Value) AsNumber() (float64, bool) {
	if v.isNumber() {
		return v.float(), true
	}
	return 0, false
}

// AsBool is the boolean that v is.
func (v Value) AsBool() (b, ok bool) {
	return v.p == &boolTag && v.n != 0, v.p == &boolTag
}

func (v Value) isString() bool { return v.p != nil && v.p.kind == KindString }

func (v Value) str() *String { return (*String)(unsafe.Pointer(v.p)) }

// AsString is the text that v is; numbers are not converted.
func (v Value) AsString() (string, bool) {
	if v.isString() {
		return v.str().s, true
	}
	return "", false
}

func (v Value) isTable() bool { return v.p != nil && v.p.kind == KindTable }

func (v Value) table() *Table { return (*Table)(unsafe.Pointer(v.p)) }

// AsTable returns the table that v is, or nil.
func (v Value) AsTable() *Table {
	if v.isTable() {
		return (*Table)(unsafe.Pointer(v.p))
	}
	return nil
}

// AsFunction returns the function that v is, or nil.
func (v Value) AsFunction() *Function {
	if v.p != nil && v.p.kind == KindFunction {
		return (*Function)(unsafe.Pointer(v.p))
	}
	return nil
}

func (v Value) asThread() *Thread {
	if v.p != nil && v.p.kind == KindThread {
		return (*Thread)(unsafe.Pointer(v.p))
	}
	return nil
}

// Value is the string as a value.
func (s *String) Value() Value { return Value{p: &s.object} }

// Value is the table as a value.
func (t *Table) Value() Value { return Value{p: &t.object} }

// Value is the function as a value.
func (f *Function) Value() Value { return Value{p: &f.object} }

func (t *Thread) value() Value { return Value{p: &t.object} }

// rawEqual compares without metamethods.
func rawEqual(a, b Value) bool {
	if a.p == b.p {
		if a.p == &numberTag {
			return a.float() == b.float()
		}
		return a.n == b.n
	}
	return a.isString() && b.isString() && a.str().equal(b.str())
}
