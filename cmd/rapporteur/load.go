package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/goccy/go-yaml"
	"github.com/spf13/pflag"
)

// settingFlags are the flags of the settings.
type settingFlags struct{ set *pflag.FlagSet }

func addSettingFlags(f *pflag.FlagSet) *settingFlags {
	f.String(nameConfig, "", "YAML file with settings")
	for _, s := range table() {
		f.String(s.name, s.value, s.help)
		if s.secret {
			f.String(s.name+"-file", "", "file that holds the "+s.help)
		}
	}
	return &settingFlags{f}
}

// settingError is a mistake in the command line or in a setting.
type settingError struct{ err error }

func (e *settingError) Error() string { return e.err.Error() }
func (e *settingError) Unwrap() error { return e.err }

// origin tells where the value of a setting comes from.
type origin struct {
	name, value string // a secret's value is hidden
	from        string // "--name", the variable, "file.yaml: name", or "default"
}

// load gathers the settings: flags before environment before file before
// defaults. Errors name the place where the value was given. environ has the
// form of os.Environ.
func (f *settingFlags) load(environ []string) (settings, error) {
	var s settings
	fail := func(from string, err error) (settings, error) {
		return settings{}, &settingError{fmt.Errorf("%s: %w", from, err)}
	}
	env := make(map[string]string, len(environ))
	for _, e := range environ {
		name, value, _ := strings.Cut(e, "=")
		env[name] = value
	}
	if err := checkEnv(env); err != nil {
		return settings{}, &settingError{err}
	}

	// given returns a value and where it was given. Empty counts as not given,
	// because compose files and service managers pass on empty variables.
	var file map[string]string
	var filePath string
	given := func(name string) (value, from string) {
		if flag := f.set.Lookup(name); flag != nil && flag.Changed {
			return flag.Value.String(), "--" + name
		}
		if v := env[envName(name)]; v != "" {
			return v, envName(name)
		}
		if v := file[name]; v != "" {
			return v, filePath + ": " + name
		}
		return "", ""
	}

	path, from := given(nameConfig)
	if path != "" {
		var err error
		if file, err = readConfig(path); err != nil {
			return fail(from, err)
		}
		filePath = path
	}
	for _, row := range table() {
		value, from := given(row.name)
		if row.secret {
			secretPath, fileFrom := given(row.name + "-file")
			switch {
			case secretPath == "":
			case value != "":
				return fail(from, fmt.Errorf("%s is set too: set only one of the two", fileFrom))
			default:
				b, err := os.ReadFile(secretPath)
				if err != nil {
					return fail(fileFrom, err)
				}
				if value, from = strings.TrimSpace(string(b)), fileFrom; value == "" {
					return fail(fileFrom, fmt.Errorf("%s is empty", secretPath))
				}
			}
		}
		if from == "" {
			value, from = row.value, "default"
		}
		if err := row.set(&s, strings.TrimSpace(value)); err != nil {
			return fail(from, err)
		}
		if row.secret {
			value = secret(value).String()
		}
		s.origins = append(s.origins, origin{row.name, strings.TrimSpace(value), from})
	}
	if s.dataChosen = s.Data != ""; !s.dataChosen {
		s.Data = defaultData(func(name string) string { return env[name] })
	}
	return s, nil
}

// settingNames returns the names that may be set, sorted: those of the table,
// the files of secrets, and the file of settings.
func settingNames() []string {
	names := []string{nameConfig}
	for _, s := range table() {
		names = append(names, s.name)
		if s.secret {
			names = append(names, s.name+"-file")
		}
	}
	slices.Sort(names)
	return names
}

// nearest returns the name that the wrong one is most likely meant to be.
func nearest(wrong string, names []string) string {
	return slices.MinFunc(names, func(a, b string) int {
		return levenshtein.ComputeDistance(wrong, a) - levenshtein.ComputeDistance(wrong, b)
	})
}

// checkEnv refuses variables with our prefix that are no settings: a misspelt
// one would otherwise be passed over in silence.
func checkEnv(env map[string]string) error {
	var known []string
	for _, name := range settingNames() {
		known = append(known, envName(name))
	}
	var wrong []string
	for name := range env {
		if strings.HasPrefix(name, envPrefix) && !slices.Contains(known, name) {
			wrong = append(wrong, name)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	return fmt.Errorf("%s is not a setting: did you mean %s? \"rapporteur help settings\" lists all", wrong[0], nearest(wrong[0], known))
}

// readConfig reads a YAML file of settings.
func readConfig(path string) (map[string]string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var raw map[string]any
	if err := yaml.Unmarshal(b, &raw); err != nil {
		return nil, fmt.Errorf("%s: %s", path, yaml.FormatError(err, false, false))
	}
	names := slices.DeleteFunc(settingNames(), func(n string) bool { return n == nameConfig })
	out := make(map[string]string)
	for k, v := range raw {
		if !slices.Contains(names, k) {
			return nil, fmt.Errorf("%s: %q is not a setting: did you mean %q? \"rapporteur help settings\" lists all", path, k, nearest(k, names))
		}
		switch v := v.(type) {
		case nil:
		case []any: // admins, for instance, may be written as a list
			var parts []string
			for _, p := range v {
				parts = append(parts, fmt.Sprint(p))
			}
			out[k] = strings.Join(parts, ",")
		case map[string]any:
			return nil, fmt.Errorf("%s: %s must be a single value", path, k)
		default:
			out[k] = fmt.Sprint(v)
		}
	}
	return out, nil
}
