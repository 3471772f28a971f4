//! The shapes of REST in TypeScript: `web/shared/src/rest.generated.ts` must be what the document says of the
//! operations that the pages name, and every generated type must be used by a page.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::document::PREFIX;
use super::routes::document;
use crate::wire::typescript::{check, declarations};

/// The methods with the names of their generated maps.
const METHODS: [(&str, &str); 5] =
    [("get", "Gets"), ("post", "Posts"), ("put", "Puts"), ("patch", "Patches"), ("delete", "Deletes")];
/// What the names of pages of lists begin with in the document.
const LIST: &str = "List_";

/// Every source file of the pages that is not generated.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("web")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                open.extend((name != "node_modules" && name != "dist").then_some(path));
            } else if (name.ends_with(".ts") || name.ends_with(".tsx")) && !name.ends_with(".generated.ts") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found
}

/// The operations that the pages name, as `rest.get<'/path'>` or `Gets['/path']`: method and path.
fn operations_of_pages() -> BTreeSet<(&'static str, String)> {
    let mut found = BTreeSet::new();
    for (_, text) in sources() {
        for (method, map) in METHODS {
            for start in [format!(".{method}<"), format!("{map}[")] {
                let named =
                    text.split(&start).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('\''));
                let paths =
                    named.filter_map(|rest| rest.split('\'').next()).filter(|path| path.starts_with('/'));
                found.extend(paths.map(|path| (method, path.to_owned())));
            }
        }
    }
    found
}

fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str().and_then(|path| path.rsplit('/').next())
}

fn joined(schemas: &Value, separator: &str) -> Option<String> {
    let parts: Vec<_> = schemas.as_array()?.iter().map(expression).collect();
    Some(parts.join(separator))
}

/// A schema as a TypeScript expression.
fn expression(schema: &Value) -> String {
    if let Some(name) = reference(schema) {
        return name.strip_prefix(LIST).map_or_else(|| name.to_owned(), |item| format!("List<{item}>"));
    }
    if let Some(parts) = joined(&schema["allOf"], " & ").or_else(|| joined(&schema["oneOf"], " | ")) {
        return parts;
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        Value::String(kind) => vec![kind.as_str()],
        _ => return "unknown".to_owned(),
    };
    let parts: Vec<_> = kinds.into_iter().map(|kind| of_kind(kind, schema)).collect();
    parts.join(" | ")
}

fn of_kind(kind: &str, schema: &Value) -> String {
    match (kind, &schema["enum"]) {
        ("string", Value::Array(words)) => {
            let words: Vec<_> =
                words.iter().filter_map(Value::as_str).map(|word| format!("'{word}'")).collect();
            words.join(" | ")
        }
        ("integer" | "number", _) => "number".to_owned(),
        ("array", _) => {
            let item = expression(&schema["items"]);
            match (schema["minItems"].as_u64(), schema["maxItems"].as_u64()) {
                (Some(2), Some(2)) => format!("[{item}, {item}]"),
                _ => format!("Array<{item}>"),
            }
        }
        ("object", _) if schema["properties"].is_object() => fields(schema),
        ("object", _) if schema["additionalProperties"].is_object() => {
            format!("Record<string, {}>", expression(&schema["additionalProperties"]))
        }
        ("object", _) => "Record<string, unknown>".to_owned(),
        (plain, _) => plain.to_owned(),
    }
}

fn fields(schema: &Value) -> String {
    let required: Vec<_> = schema["required"].as_array().into_iter().flatten().collect();
    let mut text = String::from("{\n");
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let mark = if required.iter().any(|one| *one == name) { "" } else { "?" };
        let _infallible = writeln!(text, "{}  {name}{mark}: {};", doc(property, "  "), expression(property));
    }
    text + "}"
}

fn doc(schema: &Value, indent: &str) -> String {
    let words =
        schema["description"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { words } else { format!("{indent}/** {} */\n", words.replace("*/", "* /")) }
}

/// The names of the schemas that an expression is made of.
fn names(schema: &Value, found: &mut BTreeSet<String>) {
    if let Some(name) = reference(schema) {
        found.insert(name.to_owned());
    }
    match schema {
        Value::Object(fields) => fields.values().for_each(|one| names(one, found)),
        Value::Array(items) => items.iter().for_each(|one| names(one, found)),
        _ => {}
    }
}

/// What a request with this operation sends and is answered, as fields.
fn exchanged(operation: &Value) -> Vec<(&'static str, &Value)> {
    let content = |of: &Value| of.pointer("/content/application~1json/schema").is_some();
    let mut found = Vec::new();
    if content(&operation["requestBody"]) {
        found.push(("body", &operation["requestBody"]["content"]["application/json"]["schema"]));
    }
    let answers = operation["responses"].as_object().into_iter().flatten();
    let answer = answers
        .filter(|(status, _)| status.starts_with('2'))
        .map(|(_, answer)| answer)
        .find(|one| content(one));
    found.extend(answer.map(|answer| ("answer", &answer["content"]["application/json"]["schema"])));
    found
}

fn rest() -> String {
    let (document, operations) = (document(), operations_of_pages());
    let (mut used, mut maps) = (BTreeSet::new(), String::new());
    for (method, map) in METHODS {
        let _infallible =
            writeln!(maps, "\n/** What `{}` sends and is answered, by path. */", method.to_uppercase());
        let _infallible = writeln!(maps, "export interface {map} {{");
        for (_, path) in operations.iter().filter(|(of, _)| *of == method) {
            let operation = &document["paths"][format!("{PREFIX}{path}")][method];
            assert!(operation.is_object(), "the pages name {method} {path}, which is not in the document");
            let exchanged = exchanged(operation);
            exchanged.iter().for_each(|(_, schema)| names(schema, &mut used));
            let has_answer = exchanged.iter().any(|(name, _)| *name == "answer");
            let none = if has_answer { "" } else { " answer: void;" };
            let parts: String =
                exchanged.iter().map(|(name, schema)| format!(" {name}: {};", expression(schema))).collect();
            let _infallible = writeln!(maps, "  '{path}': {{{parts}{none} }};");
        }
        maps += "}\n";
    }
    types(&document["components"]["schemas"], used) + &maps
}

/// Declares the schemas that are used and that the sockets do not declare already.
fn types(schemas: &Value, used: BTreeSet<String>) -> String {
    let of_wire = declared(&declarations());
    let (mut open, mut all) = (used, BTreeSet::new());
    while let Some(name) = open.pop_first() {
        let name = name.strip_prefix(LIST).map(str::to_owned).unwrap_or(name);
        if all.insert(name.clone()) && !of_wire.contains_key(&name) {
            names(&schemas[&name], &mut open);
        }
    }
    let (imported, own): (Vec<_>, Vec<_>) = all.iter().partition(|name| of_wire.contains_key(*name));
    let imported: String = imported.iter().map(|name| format!("  {name},\n")).collect();
    let mut text = format!(
        "// Generated from the API's document by `make wire-types`; a test fails when it differs. Do not edit.\n\n\
         import type {{\n{imported}}} from './wire.generated.ts';\n\n{}export type List<T> = {{\n",
        doc(&schemas["List_Member"], "")
    );
    let list = schemas["List_Member"]["properties"].as_object().unwrap();
    for (name, field) in list {
        let kind = if name == "items" { "Array<T>".to_owned() } else { expression(field) };
        let _infallible = writeln!(text, "{}  {name}: {kind};", doc(field, "  "));
    }
    text += "};\n";
    for name in own {
        let schema = &schemas[name];
        assert!(schema.is_object(), "no schema is named {name}");
        let _infallible = write!(text, "\n{}export type {name} = {};\n", doc(schema, ""), expression(schema));
    }
    text
}

/// The types that a generated file declares, each with its text.
fn declared(text: &str) -> BTreeMap<String, String> {
    let pieces = text.split("\nexport ").skip(1);
    let named = pieces.filter_map(|piece| {
        let name = piece.split_whitespace().nth(1)?.split(['<', '=']).next()?;
        Some((name.to_owned(), piece.to_owned()))
    });
    named.collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
}

/// The names that the pages import from the wire's types.
fn imported() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, text) in sources() {
        for statement in text.split(';') {
            let Some((before, from)) = statement.rsplit_once("} from '") else { continue };
            let is_wire = ["wire.ts'", "wire.generated.ts'", "rest.generated.ts'"]
                .iter()
                .any(|end| from.ends_with(end));
            let braces = before.rsplit_once('{').map_or("", |(_, names)| names);
            found.extend(words(braces).filter(|_| is_wire).map(str::to_owned));
        }
    }
    found
}

#[test]
fn the_typescript_types_are_those_of_rest() {
    check("web/shared/src/rest.generated.ts", &rest());
}

#[test]
fn every_generated_type_is_used_by_the_pages() {
    let mut all = declared(&declarations());
    all.extend(declared(&rest()));
    let mut open: Vec<_> = imported().into_iter().filter(|name| all.contains_key(name)).collect();
    let mut used = BTreeSet::new();
    while let Some(name) = open.pop() {
        if used.insert(name.clone()) {
            open.extend(words(&all[&name]).filter(|word| all.contains_key(*word)).map(str::to_owned));
        }
    }
    let unused: Vec<_> = all.keys().filter(|name| !used.contains(*name)).collect();

    assert!(all.len() > 100, "{all:?}");
    assert!(unused.is_empty(), "no page uses {unused:?}");
}

/// The name in the document of the shape whose declaration this begins with.
fn name_of_shape(declaration: &str) -> &str {
    let lines = declaration.lines();
    let mut named = lines.filter_map(|line| {
        let rest =
            line.strip_prefix("#[schema(as = ").or_else(|| line.split_once("struct ").map(|(_, rest)| rest));
        rest.or_else(|| line.split_once("enum ").map(|(_, rest)| rest))
    });
    named.next().and_then(|rest| words(rest).next()).unwrap_or_default()
}

#[test]
fn no_two_shapes_of_the_document_have_one_name() {
    let mut names = BTreeMap::<String, Vec<String>>::new();
    for folder in ["src/http", "src/wire"] {
        for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            for piece in text.split("ToSchema)]\n").skip(1) {
                names.entry(name_of_shape(piece).to_owned()).or_default().push(path.display().to_string());
            }
        }
    }
    names.retain(|_, places| places.len() > 1);

    assert!(names.is_empty(), "{names:?}");
}
