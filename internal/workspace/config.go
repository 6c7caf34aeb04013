package workspace

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// A Config is the [tool.offlet] table of a pyproject.toml.
type Config struct {
	Dir  string `toml:"-"` // the directory whose files it is about, "." for the project
	Path string `toml:"-"`
	// Exclude are patterns of files to leave out, relative to Dir.
	Exclude []string `toml:"exclude"`
	// Facades are functions and classes of other packages that are Eventlet's
	// under another name: {"st2common.util.concurrency.spawn" = "eventlet.spawn"}.
	Facades map[string]string `toml:"facades"`
	// Catalog says of functions of libraries what offlet knows by itself of
	// those that it has records of.
	Catalog map[string]Record `toml:"catalog"`
	// Quiet are modules and functions of libraries that never yield.
	Quiet []string `toml:"quiet"`

	lines []string
}

// A Record says what a function of a library does.
type Record struct {
	// Yields is never, may or always.
	Yields string `toml:"yields"`
	// Patched is the argument of monkey_patch on which that depends; without it
	// the function yields in any case.
	Patched string `toml:"patched"`
	// Spawns and Calls are the position of an argument that is a function: it
	// runs in a green thread of its own, or in the caller's.
	Spawns *int `toml:"spawns"`
	Calls  *int `toml:"calls"`
	// Refuse leaves each call to a person, with this sentence.
	Refuse string `toml:"refuse"`
}

// wanted says what the settings must be, for those who wrote something else.
var wanted = map[string]string{
	"exclude": `a list of patterns, such as ["tests/data", "*_pb2.py"]`,
	"facades": `a table of names, such as {"mylib.spawn" = "eventlet.spawn"}`,
	"catalog": `tables of records, such as [tool.offlet.catalog."mylib.fetch"]`,
	"quiet":   `a list of names, such as ["mylib.text"]`,
	"yields":  `"never", "may" or "always"`,
	"patched": `the name of an argument of monkey_patch, such as "socket"`,
	"spawns":  "the position of an argument, counted from 0",
	"calls":   "the position of an argument, counted from 0",
	"refuse":  "a sentence that says why a person has to look at it",
}

// configure reads [tool.offlet] from the text of a pyproject.toml, which is
// valid TOML.
func (p *Project) configure(name string, data []byte) error {
	var doc struct {
		Tool struct {
			Offlet Config `toml:"offlet"`
		} `toml:"tool"`
	}
	dec := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields()
	var wrong *toml.DecodeError
	var unknown *toml.StrictMissingError
	err := dec.Decode(&doc)
	if errors.As(err, &unknown) {
		for i := range unknown.Errors {
			e := &unknown.Errors[i]
			if key := e.Key(); len(key) > 2 && key[0] == "tool" && key[1] == "offlet" {
				row, col := e.Position()
				return &InputError{fmt.Errorf("%s:%d:%d: offlet has no setting %s", name, row, col, setting(key))}
			}
		}
		err = toml.Unmarshal(data, &doc) // the other tables are other tools'
	}
	if errors.As(err, &wrong) {
		row, col := wrong.Position()
		key := wrong.Key()
		want := "something else"
		for i := len(key) - 1; i >= 0; i-- {
			if w, ok := wanted[key[i]]; ok {
				want = w
				break
			}
		}
		return &InputError{fmt.Errorf("%s:%d:%d: %s must be %s", name, row, col, setting(key), want)}
	}
	if err != nil {
		return &InputError{fmt.Errorf("%s: %w", name, err)}
	}
	c := doc.Tool.Offlet
	c.Dir, c.Path, c.lines = path.Dir(name), name, strings.Split(string(data), "\n")
	for _, record := range slices.Sorted(maps.Keys(c.Catalog)) {
		if y := c.Catalog[record].Yields; !slices.Contains([]string{"", "never", "may", "always"}, y) {
			return c.At(record, "yields must be %s, not %q", wanted["yields"], y)
		}
	}
	p.Configs = append(p.Configs, c)
	return nil
}

// setting spells a key as TOML does.
func setting(key []string) string {
	parts := make([]string, len(key))
	for i, k := range key {
		parts[i] = k
		if strings.ContainsAny(k, ". \"") || k == "" {
			parts[i] = fmt.Sprintf("%q", k)
		}
	}
	return strings.Join(parts, ".")
}

// At is a mistake in what the table says of a name.
func (c *Config) At(name, format string, args ...any) error {
	line := 1
	for i, text := range c.lines {
		if strings.Contains(text, `"`+name+`"`) || strings.Contains(text, "'"+name+"'") {
			line = i + 1
			break
		}
	}
	return &InputError{fmt.Errorf("%s:%d: %s: %s", c.Path, line, name, fmt.Sprintf(format, args...))}
}
