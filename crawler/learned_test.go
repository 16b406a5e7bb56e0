package crawler

import (
	"reflect"
	"testing"
)

// fillAny sets every field to something, so that one that is not written shows.
func fillAny(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Field(i)
			fillAny(t, reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem()) // unexported ones too
		}
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice {
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		}
		for i := range v.Len() {
			fillAny(t, v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]float64{"article.body": 0.333, "entry": 1}))
	case reflect.String:
		v.SetString("Straße")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(-1_700_000_000)
	case reflect.Uint32, reflect.Uint64:
		v.SetUint(4_000_000_000)
	case reflect.Float64:
		v.SetFloat(17.25)
	default:
		t.Fatalf("a field of kind %s is not filled", v.Kind())
	}
}

func TestLearnedIsKeptWhole(t *testing.T) {
	var want learned
	fillAny(t, reflect.ValueOf(&want).Elem())
	data := want.marshal()
	if got := readLearned(data); !reflect.DeepEqual(got, want) {
		t.Errorf("readLearned(marshal) = %+v\nwant %+v", got, want)
	}
	if got := readLearned((learned{}).marshal()); !reflect.DeepEqual(got, learned{}) {
		t.Errorf("nothing learned became %+v", got)
	}
	// What was cut, or is another version's, is learned anew, without harm.
	for n := range data {
		readLearned(data[:n])
	}
	if got := readLearned([]byte{99, 1, 2}); !reflect.DeepEqual(got, learned{}) {
		t.Errorf("another version's form became %+v", got)
	}
}

func TestLearnedReadsJSON(t *testing.T) {
	got := readLearned([]byte(`{"reading":7,"schedule":"@hourly","listed":{"teaser":1},"news":[100,200]}`))
	want := learned{Reading: 7, Schedule: "@hourly", Listed: map[string]float64{"teaser": 1}, News: []int64{100, 200}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("JSON of earlier archives = %+v, want %+v", got, want)
	}
}
