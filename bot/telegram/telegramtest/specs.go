package telegramtest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// specs are the published descriptions of the Bot API: one lists methods with
// their required parameters, the other gives each method's parameters as a JSON
// schema that allows no others.
type specs struct {
	methods map[string]specMethod

	mu       sync.Mutex
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema
	known    map[string]bool // definitions in the schema
}

type specMethod struct {
	Fields []struct {
		Name     string
		Required bool
	}
}

const (
	methodsFile = "telegram-api.json"
	schemaFile  = "telegram-10.3-params.schema.json"
)

// loaded keeps the descriptions read, by folder: they do not change, and reading
// them takes longer than most tests.
var loaded sync.Map

func loadSpecs(folder string) (*specs, error) {
	if s, ok := loaded.Load(folder); ok {
		return s.(*specs), nil
	}
	s := &specs{schemas: map[string]*jsonschema.Schema{}, known: map[string]bool{}, compiler: jsonschema.NewCompiler()}
	var api struct{ Methods map[string]specMethod }
	data, err := os.ReadFile(filepath.Join(folder, methodsFile))
	if err != nil {
		return nil, fmt.Errorf("telegramtest: %w", err)
	}
	if err := json.Unmarshal(data, &api); err != nil {
		return nil, fmt.Errorf("telegramtest: %s: %w", methodsFile, err)
	}
	s.methods = api.Methods

	f, err := os.Open(filepath.Join(folder, schemaFile))
	if err != nil {
		return nil, fmt.Errorf("telegramtest: %w", err)
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		return nil, fmt.Errorf("telegramtest: %s: %w", schemaFile, err)
	}
	if err := s.compiler.AddResource(schemaFile, doc); err != nil {
		return nil, fmt.Errorf("telegramtest: %s: %w", schemaFile, err)
	}
	if root, ok := doc.(map[string]any); ok {
		definitions, _ := root["definitions"].(map[string]any)
		for name := range definitions {
			s.known[name] = true
		}
	}
	first, _ := loaded.LoadOrStore(folder, s)
	return first.(*specs), nil
}

// check returns what is wrong with a call, or nil.
func (s *specs) check(c Call) error {
	m, ok := s.methods[c.Method]
	if !ok {
		return fmt.Errorf("%s: there is no such method", c.Method)
	}
	for _, f := range m.Fields {
		if _, given := c.Params[f.Name]; f.Required && !given {
			return fmt.Errorf("%s: required parameter %s is missing", c.Method, f.Name)
		}
	}
	schema, err := s.schema(c.Method)
	if err != nil {
		return err
	}
	if schema == nil {
		if len(c.Params) > 0 {
			return fmt.Errorf("%s takes no parameters", c.Method)
		}
		return nil
	}
	if err := schema.Validate(map[string]any(c.Params)); err != nil {
		return fmt.Errorf("%s: %w", c.Method, err)
	}
	return nil
}

// schema returns the schema of a method's parameters, nil if it has none.
func (s *specs) schema(method string) (*jsonschema.Schema, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if schema, ok := s.schemas[method]; ok {
		return schema, nil
	}
	name := strings.ToUpper(method[:1]) + method[1:] + "Params"
	if !s.known[name] {
		return nil, nil
	}
	schema, err := s.compiler.Compile(schemaFile + "#/definitions/" + name)
	if err != nil {
		return nil, fmt.Errorf("telegramtest: %s: %w", schemaFile, err)
	}
	s.schemas[method] = schema
	return schema, nil
}
