// Package types holds the rules of Redis's data types, of keys and of expiry:
// what a command means, without its words. It knows no protocol and no disk.
//
// A function takes a transaction (persistence.Tx) with the keys it needs
// declared, reads, decides, changes, and logs the effect in the words that a
// replica receives; it returns what the reply needs. Errors are domain errors
// (errors.go); the server spells them. Errors of persistence pass through: a
// function returns them at once, and may be run again.
//
// What must always hold:
//   - Everything is checked before the first change.
//   - Effects are deterministic: expire times are absolute, random choices are
//     spelled out, and applying an effect to the same state gives the same state.
//   - Slices read from a transaction are valid until the next change of the key.
package types
