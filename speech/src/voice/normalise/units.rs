//! Measures: `5 kg`, `20%`, `30 °C`, `10x15 cm`, `3-5 km`, `100 km/h`.

use super::chunk::{Place, Reading};
use super::numbers::{Number, counted};

/// How units are written, and their names after one and after many.
const UNITS: [(&str, (&str, &str)); 44] = [
    ("%", ("percent", "percent")),
    ("km", ("kilometer", "kilometers")),
    ("cm", ("centimeter", "centimeters")),
    ("mm", ("millimeter", "millimeters")),
    ("m", ("meter", "meters")),
    ("m²", ("square meter", "square meters")),
    ("sqm", ("square meter", "square meters")),
    ("kg", ("kilogram", "kilograms")),
    ("mg", ("milligram", "milligrams")),
    ("g", ("gram", "grams")),
    ("lb", ("pound", "pounds")),
    ("lbs", ("pound", "pounds")),
    ("oz", ("ounce", "ounces")),
    ("ft", ("foot", "feet")),
    ("yd", ("yard", "yards")),
    ("mi", ("mile", "miles")),
    ("l", ("liter", "liters")),
    ("L", ("liter", "liters")),
    ("ml", ("milliliter", "milliliters")),
    ("mL", ("milliliter", "milliliters")),
    ("cl", ("centiliter", "centiliters")),
    ("mph", ("mile per hour", "miles per hour")),
    ("km/h", ("kilometer per hour", "kilometers per hour")),
    ("°", ("degree", "degrees")),
    ("°C", ("degree Celsius", "degrees Celsius")),
    ("°F", ("degree Fahrenheit", "degrees Fahrenheit")),
    ("h", ("hour", "hours")),
    ("hr", ("hour", "hours")),
    ("hrs", ("hour", "hours")),
    ("min", ("minute", "minutes")),
    ("mins", ("minute", "minutes")),
    ("sec", ("second", "seconds")),
    ("secs", ("second", "seconds")),
    ("ms", ("millisecond", "milliseconds")),
    ("KB", ("kilobyte", "kilobytes")),
    ("MB", ("megabyte", "megabytes")),
    ("GB", ("gigabyte", "gigabytes")),
    ("TB", ("terabyte", "terabytes")),
    ("Mbps", ("megabit per second", "megabits per second")),
    ("Hz", ("hertz", "hertz")),
    ("W", ("watt", "watts")),
    ("kWh", ("kilowatt hour", "kilowatt hours")),
    ("V", ("volt", "volts")),
    ("mAh", ("milliamp hour", "milliamp hours")),
];
/// Units that are letters or words too; a space may not stand before them.
const ONLY_JOINED: [&str; 5] = ["m", "h", "L", "V", "W"];

pub(super) fn read(place: Place<'_>) -> Option<Reading> {
    let core = place.this().core;
    let end = core.rfind(|one: char| one.is_ascii_digit())? + 1;
    let (numbers, unit) = core.split_at(end);
    if let Some(names) = unit_names(unit) {
        return Some(Reading::one(measured(numbers, names)?));
    }
    let next = place.next().filter(|_| unit.is_empty())?;
    let names = unit_names(next.core).filter(|_| !ONLY_JOINED.contains(&next.core))?;
    let takes_stop =
        next.close.starts_with('.') && matches!(next.core, "min" | "hr" | "sec" | "oz" | "lb" | "ft");
    Some(Reading { takes_stop, ..Reading::two(measured(numbers, names)?) })
}

/// "per month": what follows a slash after an amount.
pub(super) fn per(unit: &str) -> Option<String> {
    let name = match unit {
        "mo" => "month",
        "yr" => "year",
        "wk" => "week",
        _ => unit_names(unit).map_or(unit, |(one, _)| one),
    };
    name.chars().all(|one| one.is_alphabetic() || one == ' ').then(|| format!("per {name}"))
}

fn unit_names(unit: &str) -> Option<(&'static str, &'static str)> {
    UNITS.iter().find(|(written, _)| *written == unit).map(|(_, names)| *names)
}

/// A number, a range or dimensions, with their unit.
fn measured(numbers: &str, names: (&str, &str)) -> Option<String> {
    if let Some(number) = Number::parse(numbers) {
        return Some(format!("{} {}", number.words(), counted(&number, names)));
    }
    let separators: [(&[char], &str); 2] = [(&['-', '–'], "to"), (&['x', '×'], "by")];
    separators.into_iter().find_map(|(separator, word)| {
        let parsed: Option<Vec<_>> = numbers.split(separator).map(Number::parse).collect();
        let words: Vec<String> = parsed.filter(|all| all.len() > 1)?.iter().map(Number::words).collect();
        Some(format!("{} {}", words.join(&format!(" {word} ")), names.1))
    })
}
