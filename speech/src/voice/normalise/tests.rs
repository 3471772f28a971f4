//! What is written, and what is said.

use proptest::prelude::*;

use super::normalise;

const READINGS: &[(&str, &str)] = &[
    ("Hello there", "Hello there."),
    ("Really?!", "Really?!"),
    // numbers
    (
        "It has 3 parts, 21 screws and 1,234 pages.",
        "It has three parts, twenty one screws and one thousand two hundred thirty four pages.",
    ),
    ("Rated 4.5 of 5", "Rated four point five of five."),
    ("It is -5 outside", "It is minus five outside."),
    ("since 2019, in the 1990s", "since twenty nineteen, in the nineteen nineties."),
    ("the 1st, 2nd, 3rd and 21st", "the first, second, third and twenty first."),
    ("3-5 business days", "three to five business days."),
    ("1/2 cup and 3/4 mile", "one half cup and three quarters mile."),
    ("10000 fans", "ten thousand fans."),
    ("10k steps, 2x as fast, 100+ stores", "ten thousand steps, two times as fast, one hundred plus stores."),
    ("version 2.0.1", "version two point zero point one."),
    // money
    ("It costs $12.50.", "It costs twelve dollars and fifty cents."),
    ("€5 or £1 or $0.99", "five euros or one pound or ninety nine cents."),
    ("$1,299.00", "one thousand two hundred ninety nine dollars."),
    ("5 EUR, 5€ and 20 USD", "five euros, five euros and twenty dollars."),
    ("$2 million", "two million dollars."),
    ("$5-10 or $5-$10", "five to ten dollars or five to ten dollars."),
    ("$9.99/month", "nine dollars and ninety nine cents per month."),
    ("-$5", "minus five dollars."),
    ("CA$20", "twenty Canadian dollars."),
    // times
    ("at 9:30, 9:05 or 9:00", "at nine thirty, nine oh five or nine o'clock."),
    ("9 am to 5 pm", "nine A.M. to five P.M.."),
    ("from 9am-5pm daily", "from nine A.M. to five P.M. daily."),
    ("9 a.m. on weekdays", "nine A.M. on weekdays."),
    ("until 5 p.m.", "until five P.M.."),
    ("17:00-18:30", "five P.M. to six thirty P.M.."),
    ("We are here 24/7.", "We are here twenty four seven."),
    ("Mon-Fri 8:00–17:00", "Monday to Friday eight to five P.M.."),
    // dates
    ("on 2026-12-01", "on December first, twenty twenty six."),
    ("by 12/24/2026", "by December twenty fourth, twenty twenty six."),
    ("June 5th or Jun. 6, 2026", "June fifth or June sixth, twenty twenty six."),
    ("5 June and the 3rd of May", "the fifth of June and the third of May."),
    ("You may 3 times", "You may three times."),
    // measures
    ("5 kg, 1 kg, 2.5cm", "five kilograms, one kilogram, two point five centimeters."),
    ("20% off, 5-10 % more", "twenty percent off, five to ten percent more."),
    ("Wash at 30 °C or 86°F", "Wash at thirty degrees Celsius or eighty six degrees Fahrenheit."),
    ("10x15 cm", "ten by fifteen centimeters."),
    ("64GB and 100 km/h", "sixty four gigabytes and one hundred kilometers per hour."),
    ("Wait 5 min. please", "Wait five minutes please."),
    // telephone numbers
    ("Call 555-0123.", "Call five five five, zero one two three."),
    ("Call +1 (555) 010-9999", "Call plus one, five five five, zero one zero, nine nine nine nine."),
    ("(555) 010-9999", "five five five, zero one zero, nine nine nine nine."),
    // codes
    ("order 48213", "order four eight two one three."),
    ("order #1042 and #7", "order number one zero four two and number seven."),
    ("tracking number 123456789", "tracking number one two three, four five six, seven eight nine."),
    ("code AB-1234", "code A.B. one two three four."),
    ("zip 02139", "zip zero two one three nine."),
    ("a 4K screen, MP3 and covid-19", "a four K. screen, M.P. three and covid nineteen."),
    // addresses
    ("Write to support@example.com.", "Write to support at example dot com."),
    ("jane_doe.99@mail.co.uk", "jane underscore doe dot nine nine at mail dot co dot U.K.."),
    ("See https://www.example.com/returns?x=1.", "See example dot com slash returns."),
    ("shop.io/faq", "shop dot I.O. slash faq."),
    // abbreviations
    ("Mon. and Tues. with Dr. Smith", "Monday and Tuesday with doctor Smith."),
    ("12 Main St. near St. Mary", "twelve Main street near saint Mary."),
    ("Sizes vary, e.g. S, M etc.", "Sizes vary, for example S, M et cetera."),
    ("No. 5 w/o box", "number five without box."),
    ("pickup/delivery and/or gift", "pickup or delivery and or gift."),
    // symbols
    ("Salt & pepper = good", "Salt and pepper equals good."),
    ("“Quoted” – ‘really’…", "Quoted — really…"),
    ("Great 🎉 news", "Great news."),
    ("wait... what", "wait… what."),
    ("(see below)", "(see below)."),
    ("", ""),
];

#[test]
fn what_is_written_is_said_in_words() {
    let wrong: Vec<_> = READINGS
        .iter()
        .map(|(written, said)| (written, normalise(written), said))
        .filter(|(_, found, said)| found != *said)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

proptest! {
    #[test]
    fn whatever_is_written_becomes_words_without_digits(text in "\\PC{0,80}") {
        let said = normalise(&text);

        prop_assert!(!said.bytes().any(|byte| byte.is_ascii_digit()), "{said}");
        prop_assert!(said.len() < 2_000);
    }

    #[test]
    fn numbers_and_marks_in_any_order_do_not_break(text in "[0-9$€%.,:/+#() apmxX-]{0,40}") {
        normalise(&text);
    }
}
