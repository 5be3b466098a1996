package rdb

import "fmt"

// Values of modules are a sequence of typed pieces, so that they can be passed over by whoever does not know the
// module (module.c).

// readModuleValue passes over the value of a key.
func (r *Reader) readModuleValue(code byte) (Item, error) {
	id, err := r.length()
	if err != nil {
		return nil, err
	}
	r.module = moduleOf(id)
	if code == codeModulePreGA {
		return nil, fmt.Errorf("%w: a value of module %s as release candidates of Redis 4.0 wrote it: "+
			"only the module knows where it ends", ErrMalformed, r.module.Name)
	}
	if err := r.skipModule(); err != nil {
		return nil, err
	}
	r.module.DB, r.module.Key = r.db, r.name
	if r.module.Key == nil {
		r.module.Key = []byte{}
	}
	r.inKey = false
	return &r.module, nil
}

// readModuleAux passes over what a module keeps beside the keys.
func (r *Reader) readModuleAux() (Item, error) {
	id, err := r.length()
	if err != nil {
		return nil, err
	}
	// When it is to be loaded (before or after the keys) is a piece of the value, though of a value that has begun.
	kind, err := r.length()
	if err == nil && kind != moduleUint {
		err = malformed("a module's data does not say when to load it")
	}
	if err == nil {
		_, err = r.length()
	}
	if err == nil {
		err = r.skipModule()
	}
	r.module = moduleOf(id)
	return &r.module, err
}

// skipModule passes over pieces until the last.
func (d *decoder) skipModule() error {
	for {
		kind, err := d.length()
		if err != nil || kind == moduleEOF {
			return err
		}
		switch kind {
		case moduleSigned, moduleUint:
			_, err = d.length()
		case moduleFloat:
			_, err = d.take(4)
		case moduleDouble:
			_, err = d.take(8)
		case moduleString:
			err = d.skipString()
		default:
			err = malformed("a piece of kind %d in a module's value", kind)
		}
		if err != nil {
			return err
		}
	}
}

// moduleOf takes the id of a module's data type apart: nine characters of 6 bits, and a version of 10.
func moduleOf(id uint64) Module {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	var name [9]byte
	for i := range name {
		name[i] = letters[id>>(10+6*(8-i))&63]
	}
	return Module{Name: string(name[:]), Version: int(id & 1023)}
}
