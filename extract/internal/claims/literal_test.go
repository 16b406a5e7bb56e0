package claims

import (
	"encoding/json"
	"reflect"
	"testing"
	"unicode/utf8"
)

func TestScriptValue(t *testing.T) {
	for script, want := range map[string]string{
		`{title:"Bad öffnet",date:'2024-06-10'}; more()`: `{"title":"Bad öffnet","date":"2024-06-10"}`,
		`{news:[{a:1,},{b:-2.5,c:!0,d:!1,e:void 0,f:null}],}`: `{"news":[{"a":1},` +
			`{"b":-2.5,"c":true,"d":false,"e":null,"f":null}]}`,
		`(function(a,b){return {title:a,list:[b,a]}}("Bad \u00f6ffnet",7));`: `{"title":"Bad öffnet","list":[7,"Bad öffnet"]}`,
		`(function(a){a.x=1;return {title:a}})("Bad")`:                       `{"title":"Bad"}`,
		`{made:new Date("2024-06-10, 12:00"),title:'It\'s "open"',link:"\/a\/b"}`: `{"made":null,` +
			`"title":"It's \"open\"","link":"/a/b"}`,
		`{"html":"<p>{not: this}<\/p>",f:function(){return [1,2]},next:` + "`" + `a` + "`}": `{"html":"<p>{not: this}</p>","f":null,"next":"a"}`,
		`[ , 1 2]`: `[1,2]`,
	} {
		var expected any
		if err := json.Unmarshal([]byte(want), &expected); err != nil {
			t.Fatal(err)
		}
		if got := scriptValue(script); !reflect.DeepEqual(got, expected) {
			t.Errorf("%s\n got %#v\nwant %#v", script, got, expected)
		}
	}
	if got := scriptValue(`"a text"`); got != nil {
		t.Errorf("a text is no list: %#v", got)
	}
}

// What is JSON is read as JSON is, and whatever is written ends.
func FuzzScriptValue(f *testing.F) {
	for _, s := range []string{`{"a":[1,"b",true,null]}`, `(function(a){return {b:a}}(1))`, `{a:'\`, `[[[[`, `{a:b(`, `((a)=>({b:a}))(1)`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := scriptValue(text)
		var want any
		if !utf8.ValidString(text) || json.Unmarshal([]byte(text), &want) != nil || composite(want) == nil || deeperThan(want, deepestData-1) {
			return
		}
		a, errA := json.Marshal(got)
		b, errB := json.Marshal(want)
		if errA != nil || errB != nil || string(a) != string(b) {
			t.Errorf("%q is %s, want %s", text, a, b)
		}
	})
}

func deeperThan(value any, most int) bool {
	if most < 0 {
		return true
	}
	switch v := value.(type) {
	case map[string]any:
		for _, inner := range v {
			if deeperThan(inner, most-1) {
				return true
			}
		}
	case []any:
		for _, inner := range v {
			if deeperThan(inner, most-1) {
				return true
			}
		}
	}
	return false
}
